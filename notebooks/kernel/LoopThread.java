package org.rapaio.jupyter.kernel.channels;

import java.lang.System.Logger.Level;

/**
 * Takes the place of the kernel's own class of this name. That one starts its thread first and says then that it shall run: a thread that looks in
 * between ends at once. And it ends at the first failure, such as a message that comes before there are handlers. Either way the kernel never
 * answers; on a busy machine that was one start in eight. docs/decisions tells more.
 */
public final class LoopThread extends Thread {
  private static final long FIRST_PAUSE_MS = 200; // handlers are set by then; Jupyter asks again for what was lost before
  private static final System.Logger LOG = System.getLogger(LoopThread.class.getName());

  private final long pauseMs;
  private final Runnable body;
  private volatile boolean stopping;

  public LoopThread(String name, long pauseMs, Runnable body) {
    super(name);
    this.pauseMs = pauseMs;
    this.body = body;
  }

  @Override
  public void run() {
    try {
      Thread.sleep(FIRST_PAUSE_MS);
      while (!stopping) {
        runBody();
        Thread.sleep(pauseMs);
      }
    } catch (InterruptedException _) {
      stopping = true;
    }
  }

  private void runBody() {
    try {
      body.run();
    } catch (RuntimeException failure) {
      if (!stopping) {
        LOG.log(Level.WARNING, "Cannot handle a message", failure);
      }
    }
  }

  public void shutdown() {
    stopping = true;
  }
}
