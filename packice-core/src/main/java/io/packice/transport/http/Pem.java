package io.packice.transport.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** TLS from PEM files, as certificate authorities give them, by the JDK alone. */
final class Pem {
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN ([A-Z ]*PRIVATE KEY)-----\\s+([A-Za-z0-9+/=\\s]+)-----END \\1-----");
  private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA");

  private Pem() {
  }

  /** For a server that shows this certificate. */
  static SSLContext server(HttpOptions.Tls tls) {
    try {
      Certificate[] chain = certificates(tls.certificates()).toArray(new Certificate[0]);
      PrivateKey key = key(tls.key());
      if (!isKeyOf(chain[0], key)) {
        throw new IllegalArgumentException("Cannot use certificate " + tls.certificates() + " with key " + tls.key()
            + ": they do not belong together; give the key that the certificate was made for");
      }
      KeyStore keys = emptyStore();
      keys.setKeyEntry("packice", key, new char[0], chain);
      KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      managers.init(keys, new char[0]);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(managers.getKeyManagers(), null, null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalArgumentException(
          "Cannot use certificate " + tls.certificates() + " with key " + tls.key() + ": "
              + e.getMessage() + "; give PEM files that belong together",
          e);
    }
  }

  /** Whether what the key signs is what the certificate can check; the JDK itself finds out when the first client comes. */
  private static boolean isKeyOf(Certificate certificate, PrivateKey key) throws GeneralSecurityException {
    PublicKey publicKey = certificate.getPublicKey();
    String kind = key.getAlgorithm();
    if (!kind.equals(publicKey.getAlgorithm())) {
      return false;
    }
    Signature signature = Signature.getInstance(switch (kind) {
      case "RSA" -> "SHA256withRSA";
      case "EC" -> "SHA256withECDSA";
      default -> kind;
    });
    byte[] sample = "Packice".getBytes(StandardCharsets.US_ASCII);
    signature.initSign(key);
    signature.update(sample);
    byte[] signed = signature.sign();
    signature.initVerify(publicKey);
    signature.update(sample);
    try {
      return signature.verify(signed);
    } catch (SignatureException ofAnotherLength) {
      return false;
    }
  }

  /** For a client that trusts what these certificates vouch for; null for what this JDK trusts. */
  static SSLContext client(@Nullable Path trusted) {
    try {
      if (trusted == null) {
        return SSLContext.getDefault();
      }
      KeyStore store = emptyStore();
      int number = 0;
      for (Certificate certificate : certificates(trusted)) {
        store.setCertificateEntry("trusted" + number++, certificate);
      }
      TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      managers.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, managers.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalArgumentException(
          "Cannot trust the certificates in " + trusted + ": " + e.getMessage() + "; give a PEM file", e);
    }
  }

  private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }

  private static Collection<? extends Certificate> certificates(Path file) throws GeneralSecurityException {
    try (InputStream in = Files.newInputStream(file)) {
      Collection<? extends Certificate> all = CertificateFactory.getInstance("X.509").generateCertificates(in);
      if (all.isEmpty()) {
        throw new IllegalArgumentException("Cannot use " + file + ": it has no certificate; give a PEM file");
      }
      return all;
    } catch (IOException e) {
      throw Unreadable.file("the certificates in", file, e);
    }
  }

  private static PrivateKey key(Path file) throws GeneralSecurityException {
    String text;
    try {
      text = Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw Unreadable.file("the key in", file, e);
    }
    Matcher match = KEY.matcher(text);
    if (!match.find() || !match.group(1).equals("PRIVATE KEY")) {
      throw new IllegalArgumentException("Cannot use the key in " + file
          + ": it is not PKCS #8 without a password; convert it: openssl pkcs8 -topk8 -nodes -in KEY -out NEW");
    }
    PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(match.group(2)));
    List<Throwable> refused = new ArrayList<>();
    for (String algorithm : ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(spec);
      } catch (InvalidKeySpecException another) {
        refused.add(another);
      }
    }
    throw new IllegalArgumentException("Cannot use the key in " + file + ": it is none of " + ALGORITHMS,
        refused.getLast());
  }
}
