package io.packice.spark.partition;

import io.packice.arrow.manifest.PartitionField;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.ShortType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;
import org.apache.spark.unsafe.Platform;
import org.apache.spark.unsafe.hash.Murmur3_x86_32;
import org.apache.spark.unsafe.types.UTF8String;
import org.jspecify.annotations.Nullable;

/**
 * What a partitioning makes of a column's value, in the form that manifests keep: a {@link Long}, {@link String} or {@link Boolean}, or null for null. docs/spark.md
 * says what each means. Immutable.
 */
public final class PartitionFunction {
  private static final int HASH_SEED = 42;
  private static final long MICROS_PER_SECOND = 1_000_000;
  private static final long SECONDS_PER_HOUR = 3600;
  private static final long SECONDS_PER_DAY = 24 * SECONDS_PER_HOUR;

  /** The functions that there are. */
  public enum Kind {
    /** The value itself. */
    IDENTITY,
    /** A hash, modulo a number. */
    BUCKET,
    /** The greatest multiple of a number that is not greater, or the first characters. */
    TRUNCATE,
    /** Years since 1970. */
    YEARS,
    /** Months since 1970-01. */
    MONTHS,
    /** Days since 1970-01-01. */
    DAYS,
    /** Hours since 1970-01-01. */
    HOURS;

    /**
     * Finds a function.
     *
     * @param name as the manifest and SQL have it
     * @return the function; null if there is none of that name
     */
    public static @Nullable Kind of(String name) {
      for (Kind kind : values()) {
        if (kind.name().equalsIgnoreCase(name)) {
          return kind;
        }
      }
      return null;
    }

    /**
     * The function's name.
     *
     * @return in small letters
     */
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }

    boolean hasParameter() {
      return this == BUCKET || this == TRUNCATE;
    }
  }

  private final Kind kind;
  private final int parameter;
  private final DataType type;

  private PartitionFunction(Kind kind, int parameter, DataType type) {
    this.kind = kind;
    this.parameter = parameter;
    this.type = type;
  }

  /**
   * The function for a type of values.
   *
   * @param kind which
   * @param parameter its number, if it has one
   * @param type of the column
   * @return the function
   * @throws IllegalArgumentException if it has no meaning for the type, or lacks its number
   */
  public static PartitionFunction of(Kind kind, int parameter, DataType type) {
    boolean isTime = type instanceof TimestampType || type instanceof TimestampNTZType;
    boolean isInteger = type instanceof ByteType || type instanceof ShortType || type instanceof IntegerType
        || type instanceof LongType;
    boolean isText = type instanceof StringType;
    boolean isPlain = isInteger || isTime || isText || type instanceof DateType || type instanceof DecimalType;
    // Texts that a collation holds equal have several hashes and beginnings, so a group would be in several partitions
    boolean isCollated = type instanceof StringType text && !text.supportsBinaryEquality();
    boolean fits = switch (kind) {
      case IDENTITY -> isPlain || type instanceof BooleanType;
      case BUCKET -> (isPlain && !isCollated) || type instanceof BinaryType;
      case TRUNCATE -> isInteger || (isText && !isCollated);
      case YEARS, MONTHS, DAYS -> isTime || type instanceof DateType;
      case HOURS -> isTime;
    };
    if (!fits) {
      throw new IllegalArgumentException(
          "Cannot partition by " + kind.text() + " of a column of type " + type.sql() + "; choose another column");
    }
    if (kind.hasParameter() && parameter <= 0) {
      throw new IllegalArgumentException(
          "Cannot partition by " + kind.text() + " with " + parameter + "; give more than 0");
    }
    return new PartitionFunction(kind, parameter, type);
  }

  /**
   * The function of a table's partitioning.
   *
   * @param field from the table
   * @param type of the column
   * @return the function
   * @throws IllegalArgumentException if it is not known here, or has no meaning for the type
   */
  public static PartitionFunction of(PartitionField field, DataType type) {
    Kind kind = Kind.of(field.transform());
    if (kind == null) {
      throw new IllegalArgumentException(
          "Cannot write a table that is partitioned by " + field + ": that function is not known here");
    }
    return of(kind, field.parameter(), type);
  }

  /**
   * Which function this is.
   *
   * @return its kind
   */
  public Kind kind() {
    return kind;
  }

  /**
   * Spark's type for the values.
   *
   * @return the column's where the function leaves it as it is, else int
   */
  public DataType resultType() {
    return kind == Kind.IDENTITY || kind == Kind.TRUNCATE ? type : DataTypes.IntegerType;
  }

  /**
   * Applies the function.
   *
   * @param row has the column
   * @param at its place there
   * @return the value as manifests keep it
   */
  public @Nullable Object apply(SpecializedGetters row, int at) {
    if (row.isNullAt(at)) {
      return null;
    }
    return switch (kind) {
      case IDENTITY -> identity(row, at);
      case BUCKET -> (long) Math.floorMod(hash(row, at), parameter);
      case TRUNCATE -> type instanceof StringType
          ? row.getUTF8String(at).substring(0, parameter).toString()
          : (Object) truncated(integer(row, at));
      case YEARS -> (long) date(row, at).getYear() - 1970;
      case MONTHS -> ChronoUnit.MONTHS.between(LocalDate.EPOCH, date(row, at).withDayOfMonth(1));
      case DAYS -> date(row, at).toEpochDay();
      case HOURS -> Math.floorDiv(row.getLong(at), MICROS_PER_SECOND * SECONDS_PER_HOUR);
    };
  }

  private long truncated(long value) {
    return value - Math.floorMod(value, parameter);
  }

  private Object identity(SpecializedGetters row, int at) {
    return switch (type) {
      case BooleanType _ -> row.getBoolean(at);
      case StringType _ -> row.getUTF8String(at).toString();
      case DecimalType decimal -> decimal(row, at, decimal);
      default -> integer(row, at);
    };
  }

  private static String decimal(SpecializedGetters row, int at, DecimalType type) {
    return row.getDecimal(at, type.precision(), type.scale()).toJavaBigDecimal().toPlainString();
  }

  private long integer(SpecializedGetters row, int at) {
    return switch (type) {
      case ByteType _ -> row.getByte(at);
      case ShortType _ -> row.getShort(at);
      case IntegerType _ -> row.getInt(at);
      case DateType _ -> row.getInt(at);
      default -> row.getLong(at);
    };
  }

  private LocalDate date(SpecializedGetters row, int at) {
    long day = type instanceof DateType
        ? row.getInt(at)
        : Math.floorDiv(row.getLong(at), MICROS_PER_SECOND * SECONDS_PER_DAY);
    return LocalDate.ofEpochDay(day);
  }

  private int hash(SpecializedGetters row, int at) {
    return switch (type) {
      case StringType _ -> hash(row.getUTF8String(at).getBytes());
      case BinaryType _ -> hash(row.getBinary(at));
      case DecimalType decimal -> hash(UTF8String.fromString(decimal(row, at, decimal)).getBytes());
      default -> Murmur3_x86_32.hashLong(integer(row, at), HASH_SEED);
    };
  }

  private static int hash(byte[] bytes) {
    return Murmur3_x86_32.hashUnsafeBytes2(bytes, Platform.BYTE_ARRAY_OFFSET, bytes.length, HASH_SEED);
  }
}
