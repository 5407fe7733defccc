package io.packice.djl.weights;

import ai.djl.ndarray.types.DataType;
import java.util.Map;

/**
 * How weights are attached. Immutable.
 *
 * @param unsupported what becomes of tensors whose type DJL's engine does not survive
 * @param access whether arrays may be written to
 * @param unused what becomes of tensors that a block has no parameter for
 * @param prefix what tensors' names begin with and parameters' names do not; a tensor without it keeps its name
 * @param names names of tensors, without the prefix, by names of parameters: where they differ
 * @param type what the parameters of a block that is not initialised yet shall be
 */
public record AttachOptions(Unsupported unsupported, Access access, Unused unused, String prefix,
    Map<String, String> names, DataType type) {
  private static final AttachOptions DEFAULTS =
      new AttachOptions(Unsupported.REFUSE, Access.READ_ONLY, Unused.REFUSE, "", Map.of(), DataType.FLOAT32);

  /** What becomes of tensors whose type DJL's engine does not survive: BF16, I16, U16, U32, U64, C64, and those of less than eight bits and F8. */
  public enum Unsupported {
    /** An exception that names all of them. */
    REFUSE,
    /**
     * A private copy in a wider type: BF16 becomes FLOAT32, I16 and U16 INT32, U32 and U64 INT64. It takes memory of this process alone. The other types
     * are refused.
     */
    WIDEN
  }

  /** Whether arrays may be written to. */
  public enum Access {
    /**
     * All processes read the same pages. An operation in place (such as {@code muli}) on an attached array is an {@link UnsupportedOperationException}; on
     * what is derived of it without a copy, or by an optimiser, it is a fault that ends the process.
     */
    READ_ONLY,
    /** A page that is written to becomes a private copy. */
    COPY_ON_WRITE
  }

  /** What becomes of tensors that a block has no parameter for. */
  public enum Unused {
    /** They are mismatches like any other. */
    REFUSE,
    /** They are left alone. */
    IGNORE
  }

  /** Copies the map. */
  public AttachOptions {
    names = Map.copyOf(names);
  }

  /**
   * Read-only, nothing converted, nothing renamed, nothing left over, FLOAT32.
   *
   * @return always the same
   */
  public static AttachOptions defaults() {
    return DEFAULTS;
  }

  /**
   * Another way with types that the engine does not survive.
   *
   * @param newUnsupported the way
   * @return a changed copy
   */
  public AttachOptions withUnsupported(Unsupported newUnsupported) {
    return new AttachOptions(newUnsupported, access, unused, prefix, names, type);
  }

  /**
   * Other access.
   *
   * @param newAccess the access
   * @return a changed copy
   */
  public AttachOptions withAccess(Access newAccess) {
    return new AttachOptions(unsupported, newAccess, unused, prefix, names, type);
  }

  /**
   * Another way with tensors that are left over.
   *
   * @param newUnused the way
   * @return a changed copy
   */
  public AttachOptions withUnused(Unused newUnused) {
    return new AttachOptions(unsupported, access, newUnused, prefix, names, type);
  }

  /**
   * Strips a prefix from tensors' names, such as {@code model.}.
   *
   * @param newPrefix the prefix
   * @return a changed copy
   */
  public AttachOptions withPrefix(String newPrefix) {
    return new AttachOptions(unsupported, access, unused, newPrefix, names, type);
  }

  /**
   * Finds tensors under other names than those of the parameters.
   *
   * @param newNames names of tensors, without the prefix, by names of parameters; for an {@code NDList}, the parameter's name is the array's
   * @return a changed copy
   */
  public AttachOptions withNames(Map<String, String> newNames) {
    return new AttachOptions(unsupported, access, unused, prefix, newNames, type);
  }

  /**
   * Wants parameters of another type, in a block that is not initialised yet.
   *
   * @param newType the type
   * @return a changed copy
   */
  public AttachOptions withType(DataType newType) {
    return new AttachOptions(unsupported, access, unused, prefix, names, newType);
  }
}
