package io.packice.transport.http;

import org.eclipse.jetty.http.MultiPart;
import org.eclipse.jetty.io.Content;
import org.jspecify.annotations.Nullable;

/** Keeps what a listener throws, for Jetty's parser forgets it and goes on: what a part had no room for would be missing from the object. */
final class FormListener implements MultiPart.Parser.Listener {
  private final MultiPart.Parser.Listener listener;
  private @Nullable Throwable thrown;

  FormListener(MultiPart.Parser.Listener listener) {
    this.listener = listener;
  }

  /** Throws what was thrown first, if anything was; nothing that comes behind it is heard. */
  void rethrow() {
    switch (thrown) {
      case null -> {
        // all is well
      }
      case RuntimeException failure -> throw failure;
      case Error failure -> throw failure;
      default -> throw new IllegalStateException(thrown);
    }
  }

  private void hear(Runnable event) {
    if (thrown == null) {
      try {
        event.run();
      } catch (Throwable failure) {
        thrown = failure;
      }
    }
  }

  @Override
  public void onPartHeader(String name, String value) {
    hear(() -> listener.onPartHeader(name, value));
  }

  @Override
  public void onPartHeaders() {
    hear(listener::onPartHeaders);
  }

  @Override
  public void onPartContent(Content.Chunk chunk) {
    hear(() -> listener.onPartContent(chunk));
  }

  @Override
  public void onPartEnd() {
    hear(listener::onPartEnd);
  }

  @Override
  public void onComplete() {
    hear(listener::onComplete);
  }

  @Override
  public void onFailure(Throwable cause) {
    hear(() -> listener.onFailure(cause));
  }
}
