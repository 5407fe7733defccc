package io.packice.storage;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Hashes of a file's bytes: the service's own where it knows one, else computed by reading the file. Immutable, safe from any thread. */
public final class NodeHashes {
  private static final int CHUNK = 1 << 16;

  private final StorageNode node;

  NodeHashes(StorageNode node) {
    this.node = node;
  }

  /**
   * MD5.
   *
   * @return 32 hexadecimal digits
   * @throws AbsentException if there is no such file
   */
  public String md5() {
    String known = node.info().details().md5();
    return known == null ? computed("MD5") : known;
  }

  /**
   * SHA-256.
   *
   * @return 64 hexadecimal digits
   * @throws AbsentException if there is no such file
   */
  public String sha256() {
    String known = node.info().details().sha256();
    return known == null ? computed("SHA-256") : known;
  }

  private String computed(String algorithm) {
    return Transfers.again(() -> {
      MessageDigest digest = digest(algorithm);
      byte[] chunk = new byte[CHUNK];
      try (InputStream in = node.inputStream()) {
        for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
          digest.update(chunk, 0, count);
        }
      } catch (IOException e) {
        throw Transfers.broken(node, e);
      }
      return HexFormat.of().formatHex(digest.digest());
    });
  }

  private static MessageDigest digest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Cannot hash by " + algorithm + ": every JVM has it; use another JVM", e);
    }
  }

  /**
   * Whether another file has the same bytes: by size, then by a hash that both services know, else by reading.
   *
   * @param other a file of any service
   * @return true if every byte is the same
   * @throws AbsentException if one is not there
   */
  public boolean sameAs(StorageNode other) {
    return compare(node.info(), other, other.info()).same;
  }

  /**
   * A comparison.
   *
   * @param same whether all bytes are equal
   * @param bytesRead what it cost
   */
  record Comparison(boolean same, long bytesRead) {
  }

  /** Compares by what is known, and by reading the side of which nothing is. */
  Comparison compare(NodeInfo here, StorageNode other, NodeInfo there) {
    if (here.size() != there.size()) {
      return new Comparison(false, 0);
    }
    NodeDetails ours = here.details();
    NodeDetails theirs = there.details();
    Optional<Comparison> known = known(ours.sha256(), theirs.sha256()).or(() -> known(ours.md5(), theirs.md5()));
    if (known.isPresent()) {
      return known.get();
    }
    String algorithm = ours.md5() != null || theirs.md5() != null ? "MD5" : "SHA-256";
    Side left = side(node, algorithm.equals("MD5") ? ours.md5() : ours.sha256(), algorithm, here.size());
    Side right = side(other, algorithm.equals("MD5") ? theirs.md5() : theirs.sha256(), algorithm, there.size());
    return new Comparison(left.hash.equals(right.hash), left.cost + right.cost);
  }

  private record Side(String hash, long cost) {
  }

  private static Side side(StorageNode node, @Nullable String known, String algorithm, long size) {
    return known == null ? new Side(node.hashes().computed(algorithm), size) : new Side(known, 0);
  }

  private static Optional<Comparison> known(@Nullable String ours, @Nullable String theirs) {
    return ours == null || theirs == null ? Optional.empty() : Optional.of(new Comparison(ours.equals(theirs), 0));
  }

  /** Byte by byte, for versions, of which services know little. */
  boolean sameBytes(StorageNode other) {
    byte[] a = new byte[CHUNK];
    byte[] b = new byte[CHUNK];
    try (InputStream left = node.inputStream(); InputStream right = other.inputStream()) {
      while (true) {
        int count = left.readNBytes(a, 0, CHUNK);
        if (count != right.readNBytes(b, 0, CHUNK) || !Arrays.equals(a, 0, count, b, 0, count)) {
          return false;
        } else if (count < CHUNK) {
          return true;
        }
      }
    } catch (IOException e) {
      throw Transfers.broken(node, e);
    }
  }
}
