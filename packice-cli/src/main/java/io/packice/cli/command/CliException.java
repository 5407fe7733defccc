package io.packice.cli.command;

import org.jspecify.annotations.Nullable;

/** A command cannot do what it was asked. The message reads <i>Cannot &lt;verb&gt; &lt;what&gt;: &lt;numbers&gt;; &lt;what to do&gt;</i>. */
public final class CliException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /**
   * A refusal.
   *
   * @param message for people
   * @param cause why; null if nothing failed below
   */
  public CliException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
