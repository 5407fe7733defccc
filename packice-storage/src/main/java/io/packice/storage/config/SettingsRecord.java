package io.packice.storage.config;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Makes a record of a service's settings from what was configured. A setting has the name of its component in kebab case ({@code partSize} is
 * {@code part-size}); one whose component is {@code @Nullable} may be left out. Components are texts, numbers, booleans, durations ({@code 500ms}, {@code 30s}, {@code 5m}, {@code 1h}),
 * paths, addresses, enums, lists and maps of texts, and {@link Secret}s.
 *
 * @param <S> the record
 */
public final class SettingsRecord<S extends Record> {
  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");

  private final Class<S> type;
  private final String what;
  private final EnvironmentVariables environment;

  /**
   * For one record.
   *
   * @param type its class
   * @param what whose settings they are, for messages, such as {@code mount s3}
   * @param environment where secrets may come from
   */
  public SettingsRecord(Class<S> type, String what, EnvironmentVariables environment) {
    this.type = type;
    this.what = what;
    this.environment = environment;
  }

  /**
   * The names of all settings of a record.
   *
   * @param type its class
   * @return the names in kebab case, in the order of the components
   */
  public static List<String> names(Class<? extends Record> type) {
    return Arrays.stream(type.getRecordComponents()).filter(each -> !each.isAnnotationPresent(OtherSettings.class))
        .map(SettingsRecord::name).toList();
  }

  private static String name(RecordComponent component) {
    return component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
  }

  /**
   * Makes the record.
   *
   * @param values the settings by name
   * @return the record
   * @throws IllegalArgumentException if a setting is unknown, missing or has a value that is none; the message names it and shows no value that may be secret
   */
  public S of(Map<String, ?> values) {
    RecordComponent[] components = type.getRecordComponents();
    Set<String> unknown = new LinkedHashSet<>(values.keySet());
    unknown.removeAll(names(type));
    boolean takesOthers = Arrays.stream(components).anyMatch(each -> each.isAnnotationPresent(OtherSettings.class));
    if (!unknown.isEmpty() && !takesOthers) {
      String first = unknown.iterator().next();
      throw refusal("unknown setting '" + first + "'", Spelling.advice(first, names(type), "settings"));
    }
    @Nullable Object[] arguments = new Object[components.length];
    for (int at = 0; at < components.length; at++) {
      arguments[at] = components[at].isAnnotationPresent(OtherSettings.class) ? others(values, unknown)
          : argument(components[at], values);
    }
    return construct(arguments);
  }

  private Map<String, Secret> others(Map<String, ?> values, Set<String> names) {
    Map<String, Secret> others = new LinkedHashMap<>();
    names.forEach(name -> others.put(name, secret(name, values.get(name))));
    return others;
  }

  private @Nullable Object argument(RecordComponent component, Map<String, ?> values) {
    String name = name(component);
    Object value = values.get(name);
    if (value == null) {
      if (values.containsKey(name) || !component.getAnnotatedType().isAnnotationPresent(Nullable.class)) {
        throw refusal("'" + name + "' is missing", "add it");
      }
      return null;
    }
    try {
      return convert(name, component.getType(), value);
    } catch (IllegalArgumentException e) {
      String message = String.valueOf(e.getMessage());
      throw message.startsWith("Cannot ") ? e : refusal("'" + name + "' is no " + kind(component.getType()),
          "write such as " + example(component.getType()), e);
    }
  }

  private Object convert(String name, Class<?> wanted, Object value) {
    if (wanted == Secret.class) {
      return secret(name, value);
    } else if (wanted == List.class) {
      return texts(value);
    } else if (wanted == Map.class) {
      return map(value);
    } else if (value instanceof Map || value instanceof List) {
      throw new IllegalArgumentException("a tree");
    }
    String text = String.valueOf(value);
    if (wanted == String.class) {
      return text;
    } else if (wanted == Integer.class || wanted == int.class) {
      return Integer.valueOf(text);
    } else if (wanted == Long.class || wanted == long.class) {
      return Long.valueOf(text);
    } else if (wanted == Boolean.class || wanted == boolean.class) {
      return truth(text);
    } else if (wanted == Path.class) {
      return Path.of(text);
    } else if (wanted == URI.class) {
      return URI.create(text);
    } else if (wanted == Duration.class) {
      return duration(text);
    } else if (wanted.isEnum()) {
      return Arrays.stream(wanted.getEnumConstants())
          .filter(each -> text.equals(each.toString().toLowerCase(Locale.ROOT))).findFirst()
          .orElseThrow(() -> new IllegalArgumentException("no such constant"));
    }
    throw new IllegalStateException("Cannot make settings of " + wanted + "; use a type that SettingsRecord names");
  }

  private static boolean truth(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("neither");
    };
  }

  private static Duration duration(String text) {
    Matcher matcher = DURATION.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("no duration");
    }
    long count = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(count);
      case "s" -> Duration.ofSeconds(count);
      case "m" -> Duration.ofMinutes(count);
      case "h" -> Duration.ofHours(count);
      default -> Duration.ofDays(count);
    };
  }

  private static List<String> texts(Object value) {
    if (!(value instanceof List<?> list)) {
      throw new IllegalArgumentException("no list");
    }
    List<String> texts = new ArrayList<>();
    list.forEach(each -> texts.add(String.valueOf(each)));
    return List.copyOf(texts);
  }

  private static Map<String, String> map(Object value) {
    if (!(value instanceof Map<?, ?> map)) {
      throw new IllegalArgumentException("no map");
    }
    Map<String, String> texts = new LinkedHashMap<>();
    map.forEach((key, each) -> texts.put(String.valueOf(key), String.valueOf(each)));
    return Map.copyOf(texts);
  }

  private Secret secret(String name, @Nullable Object value) {
    if (value instanceof Map<?, ?> source) {
      if (source.size() == 1 && source.get("env") instanceof String variable) {
        return Secret.ofVariable(variable, environment);
      } else if (source.size() == 1 && source.get("file") instanceof String file) {
        return Secret.ofFile(Path.of(file));
      }
    } else if (value instanceof Secret secret) {
      return secret;
    } else if (value != null && !(value instanceof List)) {
      return Secret.of(String.valueOf(value));
    }
    throw refusal("'" + name + "' is no secret", "write a text, {env: VARIABLE} or {file: PATH}");
  }

  private static String kind(Class<?> wanted) {
    if (wanted.isEnum()) {
      return "known value";
    }
    return switch (wanted.getSimpleName()) {
      case "Integer", "int", "Long", "long" -> "number";
      case "Boolean", "boolean" -> "yes or no";
      case "URI" -> "address";
      case "String" -> "text";
      default -> wanted.getSimpleName().toLowerCase(Locale.ROOT);
    };
  }

  private static String example(Class<?> wanted) {
    if (wanted.isEnum()) {
      return String.join(" or ",
          Arrays.stream(wanted.getEnumConstants()).map(each -> each.toString().toLowerCase(Locale.ROOT)).toList());
    }
    return switch (wanted.getSimpleName()) {
      case "Integer", "int", "Long", "long" -> "8";
      case "Boolean", "boolean" -> "true or false";
      case "URI" -> "https://host/folder";
      case "Path" -> "/data";
      case "Duration" -> "30s";
      case "List" -> "[a, b]";
      case "Map" -> "{a: b}";
      default -> "a word";
    };
  }

  private S construct(@Nullable Object[] arguments) {
    try {
      var constructor = type.getDeclaredConstructor(
          Arrays.stream(type.getRecordComponents()).map(RecordComponent::getType).toArray(Class<?>[]::new));
      constructor.trySetAccessible();
      return constructor.newInstance(arguments);
    } catch (InvocationTargetException e) {
      Throwable cause = e.getCause();
      if (cause instanceof IllegalArgumentException wrong) {
        throw refusal(String.valueOf(wrong.getMessage()), "correct it", wrong);
      }
      throw new IllegalStateException("Cannot make " + type + ": its constructor failed; look at the cause", cause);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Cannot make " + type + ": it is not accessible; make the record public", e);
    }
  }

  private IllegalArgumentException refusal(String why, String advice) {
    return new IllegalArgumentException("Cannot configure " + what + ": " + why + "; " + advice);
  }

  private IllegalArgumentException refusal(String why, String advice, Throwable cause) {
    IllegalArgumentException refusal = refusal(why, advice);
    refusal.initCause(withoutValues(cause));
    return refusal;
  }

  /** A parser's own message may repeat what it could not read, which may be a secret that stands in the wrong place. */
  private static @Nullable Throwable withoutValues(Throwable cause) {
    return String.valueOf(cause.getMessage()).startsWith("Cannot ") ? cause : null;
  }
}
