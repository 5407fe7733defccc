package io.packice.spark.write;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;
import org.apache.spark.sql.catalyst.expressions.ArrayTransform;
import org.apache.spark.sql.catalyst.expressions.Cast;
import org.apache.spark.sql.catalyst.expressions.CreateNamedStruct;
import org.apache.spark.sql.catalyst.expressions.EvalMode;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.GetStructField;
import org.apache.spark.sql.catalyst.expressions.If;
import org.apache.spark.sql.catalyst.expressions.IsNull;
import org.apache.spark.sql.catalyst.expressions.LambdaFunction;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.NamedExpression$;
import org.apache.spark.sql.catalyst.expressions.NamedLambdaVariable;
import org.apache.spark.sql.catalyst.expressions.TransformValues;
import org.apache.spark.sql.catalyst.expressions.objects.AssertNotNull;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;
import scala.Option;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Makes values of some types values of others. Fields of structs are found by name, at any depth, since Spark's cast of a struct goes by place and would swap
 * them; all else is cast as Spark's INSERT casts. What cannot be is remembered. For one thread.
 */
final class FieldMatch {
  private final List<String> differences = new ArrayList<>();

  /** What kept values from being made, by the path of each; as long as it is empty, what was made can be used. */
  List<String> differences() {
    return differences;
  }

  /**
   * The fields of a struct, over those of another.
   *
   * @param path what stands before names in differences
   * @param field gives a field by its place
   */
  List<Expression> fields(StructType given, StructType wanted, String path, IntFunction<Expression> field) {
    List<Expression> values = new ArrayList<>();
    for (StructField to : wanted.fields()) {
      int place = find(given, to.name());
      if (place < 0) {
        differences.add(path + to.name() + " " + to.dataType().sql() + " is missing");
      } else {
        StructField from = given.fields()[place];
        values.add(value(field.apply(place), new Kind(from.dataType(), from.nullable()),
            new Kind(to.dataType(), to.nullable()), path + to.name()));
      }
    }
    for (StructField from : given.fields()) {
      if (find(wanted, from.name()) < 0) {
        differences.add(path + from.name() + " " + from.dataType().sql() + " is not in the table");
      }
    }
    return values;
  }

  /** A type, and whether there may be nulls. */
  private record Kind(DataType type, boolean isNullable) {
    boolean isKeptBy(Kind to) {
      return (to.isNullable || !isNullable) && isSame(type, to.type);
    }
  }

  /** Whether a value can stay as it is: comments do not matter, but nulls do. */
  private static boolean isSame(DataType from, DataType to) {
    if (from instanceof StructType given && to instanceof StructType wanted) {
      boolean isSame = given.size() == wanted.size();
      for (int i = 0; isSame && i < given.size(); i++) {
        StructField one = given.fields()[i];
        StructField other = wanted.fields()[i];
        isSame = one.name().equals(other.name())
            && new Kind(one.dataType(), one.nullable()).isKeptBy(new Kind(other.dataType(), other.nullable()));
      }
      return isSame;
    }
    if (from instanceof ArrayType given && to instanceof ArrayType wanted) {
      return element(given).isKeptBy(element(wanted));
    }
    if (from instanceof MapType given && to instanceof MapType wanted) {
      return isSame(given.keyType(), wanted.keyType()) && mapped(given).isKeptBy(mapped(wanted));
    }
    return from.asNullable().equals(to.asNullable());
  }

  private static Kind element(ArrayType array) {
    return new Kind(array.elementType(), array.containsNull());
  }

  private static Kind mapped(MapType map) {
    return new Kind(map.valueType(), map.valueContainsNull());
  }

  private static boolean hasFields(DataType type) {
    return switch (type) {
      case StructType _ -> true;
      case ArrayType array -> hasFields(array.elementType());
      case MapType map -> hasFields(map.keyType()) || hasFields(map.valueType());
      default -> false;
    };
  }

  private Expression value(Expression value, Kind from, Kind to, String path) {
    Expression made = isSame(from.type, to.type) ? value : made(value, from.type, to.type, path);
    return from.isNullable && !to.isNullable ? new AssertNotNull(made, seq(List.of(path))) : made;
  }

  private Expression made(Expression value, DataType from, DataType to, String path) {
    if (!hasFields(from) && Cast.canANSIStoreAssign(from, to)) {
      return new Cast(value, to, Option.apply(SQLConf.get().sessionLocalTimeZone()), EvalMode.ANSI());
    }
    if (from instanceof StructType given && to instanceof StructType wanted) {
      return struct(value, given, wanted, path);
    }
    if (from instanceof ArrayType given && to instanceof ArrayType wanted) {
      NamedLambdaVariable each = variable("element", element(given));
      Expression made = value(each, element(given), element(wanted), path + ".element");
      return new ArrayTransform(value, new LambdaFunction(made, seq(List.of(each)), false));
    }
    if (from instanceof MapType given && to instanceof MapType wanted && isSame(given.keyType(), wanted.keyType())) {
      NamedLambdaVariable key = variable("key", new Kind(given.keyType(), false));
      NamedLambdaVariable each = variable("value", mapped(given));
      Expression made = value(each, mapped(given), mapped(wanted), path + ".value");
      return new TransformValues(value, new LambdaFunction(made, seq(List.of(key, each)), false));
    }
    differences.add(path + " is " + from.sql() + ", the table has " + to.sql());
    return value;
  }

  private Expression struct(Expression value, StructType given, StructType wanted, String path) {
    List<Expression> values =
        fields(given, wanted, path + ".", place -> new GetStructField(value, place, Option.empty()));
    if (values.size() < wanted.size()) {
      return value; // some are missing
    }
    List<Expression> named = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      named.add(new Literal(UTF8String.fromString(wanted.fields()[i].name()),
          DataTypes.StringType));
      named.add(values.get(i));
    }
    Expression struct = new CreateNamedStruct(seq(named));
    return new If(new IsNull(value), new Literal(null, struct.dataType()), struct);
  }

  private static NamedLambdaVariable variable(String name, Kind kind) {
    return new NamedLambdaVariable(name, kind.type, kind.isNullable, NamedExpression$.MODULE$.newExprId(),
        new AtomicReference<>());
  }

  private static <T> Seq<T> seq(List<? extends T> list) {
    return CollectionConverters.<T>asScala(List.<T>copyOf(list)).toList();
  }

  /** Spark's names may differ in case, unless it is told otherwise. */
  private static int find(StructType schema, String name) {
    boolean isSensitive = SQLConf.get().caseSensitiveAnalysis();
    for (int i = 0; i < schema.size(); i++) {
      String other = schema.fields()[i].name();
      if (isSensitive
          ? other.equals(name)
          : other.toLowerCase(Locale.ROOT).equals(name.toLowerCase(Locale.ROOT))) {
        return i;
      }
    }
    return -1;
  }
}
