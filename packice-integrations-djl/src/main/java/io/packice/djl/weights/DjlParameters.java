package io.packice.djl.weights;

import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import io.packice.arrow.imports.ImportException;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * DJL's own file of parameters, as {@code Model.save} writes it: a head, and then what each block writes of itself, which only a block of the same
 * structure can read.
 */
final class DjlParameters {
  private static final String MAGIC = "DJL@";
  private static final int VERSION = 1;

  private DjlParameters() {
  }

  /**
   * Loads a file into the block that it is of.
   *
   * @throws ImportException if it is none, or of another block
   */
  static void load(Path path, Block block, NDManager manager) throws IOException {
    WeightsFile.requireContent(path);
    try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(path)))) {
      readHead(path, in);
      block.loadParameters(manager, in);
      if (in.read() >= 0) {
        throw new MalformedModelException("something follows what the block reads");
      }
    } catch (EOFException e) {
      throw new ImportException("Cannot import " + path + ": it is cut short, or of another block; get it anew", e);
    } catch (MalformedModelException | IllegalArgumentException e) {
      throw new ImportException(
          "Cannot import " + path + ": it does not fit the block (" + e.getMessage() + "); give one like that which"
              + " saved it",
          e);
    }
  }

  private static void readHead(Path path, DataInputStream in) throws IOException {
    byte[] magic = in.readNBytes(MAGIC.length());
    if (!MAGIC.equals(new String(magic, StandardCharsets.ISO_8859_1))) {
      throw new ImportException("Cannot import " + path + ": it is not a file that DJL's Model.save wrote; for other"
          + " files there is WeightsImport.file");
    }
    int version = in.readInt();
    if (version != VERSION) {
      throw new ImportException("Cannot import " + path + ": its format is version " + version + ", and this Packice"
          + " reads " + VERSION + "; save it by DJL 0.35");
    }
    String _ = in.readUTF(); // the model's name, the type
    String _ = in.readUTF();
    for (int inputs = in.readInt(); inputs > 0; inputs--) {
      String _ = in.readUTF();
      Shape _ = Shape.decode(in);
    }
    for (int properties = in.readInt(); properties > 0; properties--) {
      String _ = in.readUTF();
      String _ = in.readUTF();
    }
  }
}
