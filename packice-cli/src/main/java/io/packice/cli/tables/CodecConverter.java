package io.packice.cli.tables;

import io.packice.arrow.parquet.WriteOptions;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A codec by its name, in whichever case. */
final class CodecConverter implements ITypeConverter<WriteOptions.Codec> {
  @Override
  public WriteOptions.Codec convert(String name) {
    return Arrays.stream(WriteOptions.Codec.values()).filter(codec -> codec.name().equalsIgnoreCase(name)).findFirst()
        .orElseThrow(() -> new TypeConversionException("there is no codec " + name + "; choose one of "
            + Arrays.stream(WriteOptions.Codec.values()).map(codec -> codec.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "))));
  }
}
