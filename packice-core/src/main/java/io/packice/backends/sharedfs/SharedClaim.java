package io.packice.backends.sharedfs;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.packice.backends.file.FileName;
import io.packice.core.JsonTrouble;
import io.packice.core.Metadata;
import io.packice.core.ObjectId;
import io.packice.core.StorageException;
import io.packice.core.StoredObject;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * What stands in the file of a claim: one line of JSON.
 *
 * @param peer whose draft it is
 * @param version the turn in which it was claimed
 * @param id what is to be made
 * @param group what it is evicted with
 * @param bytes what it counts against the capacity
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record SharedClaim(String peer, long version, String id, @Nullable String group, long bytes) {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  String toText() {
    return JSON.writeValueAsString(this) + "\n";
  }

  static SharedClaim parse(String text) {
    try {
      return JSON.readValue(text, SharedClaim.class);
    } catch (JacksonException e) {
      throw new StorageException(
          "Cannot read a claim: " + JsonTrouble.of(e) + "; remove it from the shared folder", e);
    }
  }

  SharedClaim withBytes(long newBytes) {
    return new SharedClaim(peer, version, id, group, newBytes);
  }

  FileName name() {
    return FileName.of(new ObjectId(id), version);
  }

  /** What is known of the object. */
  StoredObject object() {
    return new StoredObject(new ObjectId(id), List.of(), Metadata.empty(), group, null);
  }
}
