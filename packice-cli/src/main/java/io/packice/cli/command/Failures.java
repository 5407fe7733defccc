package io.packice.cli.command;

import io.packice.core.PackiceException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns failures into one line on standard error and an exit code. */
public final class Failures {
  /** The exit code of what was refused. */
  public static final int REFUSED = 1;

  /** The exit code of a wrong command line. */
  public static final int USAGE = 2;

  /** As of a program that SIGPIPE ended, which the JVM never gets. */
  static final int NOBODY_READS = 128 + 13;

  private final Console console;
  private final boolean debug;

  /**
   * With stack traces if asked for here or by the environment.
   *
   * @param console what the command talks to
   * @param debug whether to show stack traces
   */
  public Failures(Console console, boolean debug) {
    this.console = console;
    this.debug = debug || console.variable("PACKICE_DEBUG") != null;
  }

  /**
   * A command was understood, but could not be carried out.
   *
   * @param failure what went wrong
   * @return the exit code
   */
  public int report(Throwable failure) {
    if (!debug && nobodyReads(failure)) {
      return NOBODY_READS;
    }
    print(failure);
    return REFUSED;
  }

  /**
   * Says what went wrong.
   *
   * @param failure what went wrong
   */
  public void print(Throwable failure) {
    print(describe(failure));
    if (debug) {
      failure.printStackTrace(console.err());
    }
  }

  private static boolean nobodyReads(@Nullable Throwable failure) {
    return failure != null && (failure instanceof StandardOutput.ClosedException || nobodyReads(failure.getCause()));
  }

  /**
   * A command was not understood.
   *
   * @param failure what went wrong
   * @return the exit code
   */
  public int reportUsage(ParameterException failure) {
    CommandLine command = failure.getCommandLine();
    String reason = ours(failure.getCause());
    if (reason == null) {
      reason = "Cannot run " + command.getCommandSpec().qualifiedName() + ": " + reasonOf(failure);
    }
    print(reason + origin(failure, command) + "; see " + command.getCommandSpec().qualifiedName() + " --help");
    if (debug) {
      failure.printStackTrace(console.err());
    }
    return USAGE;
  }

  /** Which line or variable a wrong value came from, unless it stands on the command line. */
  private static String origin(ParameterException failure, CommandLine command) {
    return failure.getArgSpec() instanceof OptionSpec option && command.getCommand() instanceof BaseCommand base
        ? base.origin(option.longestName())
        : "";
  }

  private void print(String message) {
    console.err().println("packice: " + oneLine(message));
  }

  private static String reasonOf(ParameterException failure) {
    String message = String.valueOf(failure.getMessage());
    if (failure instanceof UnmatchedArgumentException unmatched) {
      if (!failure.getCommandLine().getSubcommands().isEmpty() && !unmatched.isUnknownOption()) {
        message = "unknown command '" + unmatched.getUnmatched().getFirst() + "'";
      }
      List<String> suggestions = unmatched.getSuggestions();
      if (!suggestions.isEmpty()) {
        message += " (did you mean " + suggestions.stream().limit(3).collect(Collectors.joining(" or ")) + "?)";
      }
    }
    return Character.toLowerCase(message.charAt(0)) + message.substring(1).replaceFirst("\\.$", "");
  }

  /**
   * The message of a failure that the user caused or can do something about; else that of a bug in Packice.
   *
   * @param failure what went wrong
   * @return one line
   */
  public static String describe(Throwable failure) {
    String ours = ours(failure);
    if (ours != null) {
      return ours;
    }
    return switch (failure) {
      case FileSystemException e -> "Cannot use " + e.getFile() + ": " + reasonAndAdvice(e);
      case InvalidPathException e -> describe(e);
      case IOException e ->
          "Cannot read or write: " + e.getMessage() + "; look at the disk and the peer, and try again";
      case OutOfMemoryError e -> "Cannot go on: this process is out of memory (" + e.getMessage() + ")";
      default -> "Cannot go on: " + failure + "; this is a bug in Packice, --debug shows where";
    };
  }

  private static @Nullable String ours(@Nullable Throwable failure) {
    if (failure instanceof PackiceException e) {
      return e.getMessage();
    }
    if (failure == null || failure.getMessage() == null) {
      return null;
    }
    String message = Objects.requireNonNull(failure.getMessage());
    return message.startsWith("Cannot ") ? message : null;
  }

  /** The JVM writes names of files by the locale, whatever they were read by. */
  static String describe(InvalidPathException failure) {
    boolean hasZero = failure.getInput().indexOf('\0') >= 0;
    return "Cannot use " + failure.getInput() + " as a path: " + (hasZero ? "it has a zero byte; give another one"
        : "this locale (" + System.getProperty("native.encoding")
            + ") has no such letters; set LC_ALL=C.UTF-8, as the packice command does");
  }

  /**
   * What is wrong with a file, in words.
   *
   * @param failure what went wrong
   * @return some words
   */
  public static String reasonOf(IOException failure) {
    return switch (failure) {
      case NoSuchFileException _ -> "no such file";
      case AccessDeniedException _ -> "permission denied";
      case FileAlreadyExistsException _ -> "it exists";
      case NotDirectoryException _ -> "not a folder";
      case FileSystemException e when e.getReason() != null -> e.getReason();
      default -> String.valueOf(failure.getMessage());
    };
  }

  /**
   * What is wrong with a file, and what to do about it: the end of a message that names the file.
   *
   * @param failure what went wrong
   * @return the end of a sentence
   */
  public static String reasonAndAdvice(IOException failure) {
    String reason = reasonOf(failure);
    String advice = switch (failure) {
      case NoSuchFileException _,NotDirectoryException _ -> "look at the path";
      case AccessDeniedException _ -> "give this user the right to it";
      default -> reason.contains("No space left") ? "make room there" : "name another one";
    };
    return reason + "; " + advice;
  }

  private static String oneLine(String text) {
    return text.strip().replaceAll("\\s*\\R\\s*", " ").replaceAll("\\p{Cc}", "?");
  }
}
