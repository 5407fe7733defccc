package io.packice.cli;

import org.jspecify.annotations.Nullable;

/** A command cannot do what it was asked. The message reads <i>Cannot &lt;verb&gt; &lt;what&gt;: &lt;numbers&gt;; &lt;what to do&gt;</i>. */
final class CliException extends RuntimeException {
  private static final long serialVersionUID = 1;

  CliException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
