package io.packice.backends.sharedfs;

import io.packice.backends.file.FileName;
import io.packice.core.BlobStore;
import io.packice.core.Commons;
import io.packice.core.MemberStatus;
import io.packice.core.ObjectId;
import io.packice.core.StoredObject;
import io.packice.internal.os.PosixFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/** How the peers of a folder agree; {@link SharedFileBlobStore} states the rules. */
final class FolderCommons implements Commons {
  private final SharedFileBlobStore store;
  private final SharedFolder folder;

  FolderCommons(SharedFileBlobStore store) {
    this.store = store;
    this.folder = store.folder;
  }

  @Override
  public boolean isShared() {
    return true;
  }

  @Override
  public List<MemberStatus> members() {
    store.requireAlive();
    return store.members.statuses();
  }

  @Override
  public Turn takeTurn() {
    if (!store.turns.isMine()) { // a turn that has begun comes to its end, or to a step that finds it taken
      store.requireAlive();
    }
    return store.turns.take(this::tidyUp);
  }

  /** Decisions are made within one turn, so what is left of them now is of a turn that was cut short: the object stays. */
  private void tidyUp() {
    SmallFiles.names(folder.evicting()).forEach(hash -> PosixFiles.remove(folder.evicting().resolve(hash)));
  }

  // ---- look

  @Override
  public View look() {
    store.index.refresh();
    List<String> marks = SmallFiles.names(folder.leases());
    collectUnread(marks);
    List<BlobStore.Recovered> sealed = store.index.objects.values().stream()
        .sorted(
            Comparator.comparing((SharedSealed each) -> each.sealedAt).thenComparingLong(each -> each.name.version()))
        .map(this::recovered).toList();
    Map<BlobStore.Sealed, Long> zombies = new HashMap<>();
    store.index.retired.values().forEach(each -> zombies.put(each, each.heldBytes()));
    return new View(sealed, foreignDrafts(), readers(marks), pinned(), zombies, store.index.quarantined);
  }

  /** What was retired by a peer that died before it freed the bytes, or has been freed by its last reader. */
  private void collectUnread(List<String> marks) {
    Set<String> read = new HashSet<>();
    marks.forEach(mark -> read.add(SharedFolder.subject(mark)));
    for (SharedSealed each : List.copyOf(store.index.retired.values())) {
      if (!read.contains(each.name.toString())) {
        store.collect(each);
        store.index.retired.remove(each.name);
      }
    }
  }

  private BlobStore.Recovered recovered(SharedSealed each) {
    Instant now = store.clock.instant();
    Duration age = Duration.between(each.sealedAt, now);
    return new BlobStore.Recovered(each.object, each, age.isNegative() ? Duration.ZERO : age);
  }

  private List<ForeignDraft> foreignDrafts() {
    List<ForeignDraft> drafts = new ArrayList<>();
    for (String hash : SmallFiles.names(folder.claims())) {
      String text = SmallFiles.text(folder.claims().resolve(hash));
      SharedClaim claim = text == null ? null : SharedClaim.parse(text);
      if (claim != null && !claim.peer().equals(store.members.own)) {
        drafts.add(new ForeignDraft(claim.object(), claim.bytes()));
      }
    }
    return drafts;
  }

  private Map<BlobStore.Sealed, Integer> readers(List<String> marks) {
    Map<BlobStore.Sealed, Integer> readers = new HashMap<>();
    for (String mark : marks) {
      FileName name = FileName.parse(SharedFolder.subject(mark));
      SharedSealed sealed = name == null ? null : store.known(name);
      if (sealed != null && !SharedFolder.owner(mark).equals(store.members.own)) {
        readers.merge(sealed, 1, Integer::sum);
      }
    }
    return readers;
  }

  private Set<BlobStore.Sealed> pinned() {
    Set<BlobStore.Sealed> pinned = new HashSet<>();
    for (String mark : SmallFiles.names(folder.pins())) {
      SharedSealed sealed = store.index.objects.get(SharedFolder.subject(mark));
      if (sealed != null) {
        pinned.add(sealed);
      }
    }
    return pinned;
  }

  @Override
  public Sighting find(ObjectId id) {
    store.requireAlive();
    boolean isClaimed = Files.exists(folder.claim(id)); // before the manifest: a seal goes from the one to the other
    SharedSealed sealed = store.read(folder.object(id));
    return new Sighting(sealed == null ? null : recovered(sealed), isClaimed);
  }

  // ---- change

  @Override
  public Claim claim(StoredObject object, long bytes) {
    store.turns.requireHeld();
    SharedClaim claim =
        new SharedClaim(store.members.own, store.turns.number(), object.id().value(), object.group(), bytes);
    Path made = folder.tmp(store.members.own + "-" + claim.name());
    SmallFiles.write(made, claim.toText());
    try {
      if (!SmallFiles.link(made, folder.claim(object.id()))) {
        throw new IllegalStateException("Cannot claim " + object.id() + ": it was claimed behind this peer's turn");
      }
    } finally {
      PosixFiles.remove(made);
    }
    return new SharedDraft(store, claim);
  }

  @Override
  public boolean evict(List<BlobStore.Sealed> objects, BooleanSupplier decision) {
    List<SharedSealed> victims = objects.stream().map(SharedSealed.class::cast).toList();
    store.turns.requireHeld();
    try {
      victims.forEach(each -> SmallFiles.mark(folder.evicting(each.object.id())));
      List<String> foreign = SmallFiles.names(folder.leases()).stream()
          .filter(mark -> !SharedFolder.owner(mark).equals(store.members.own)).toList();
      boolean isRead = victims.stream().anyMatch(
          each -> foreign.stream().anyMatch(mark -> SharedFileBlobStore.marks(mark, each)));
      if (isRead || !decision.getAsBoolean()) {
        return false;
      }
      victims.forEach(store::retire);
      return true;
    } finally {
      victims.forEach(each -> PosixFiles.remove(folder.evicting(each.object.id())));
    }
  }

  @Override
  public void pin(ObjectId id) {
    SmallFiles.mark(folder.pin(id, store.members.own));
  }

  @Override
  public void unpin(ObjectId id) {
    String hash = SharedFolder.hash(id);
    SmallFiles.names(folder.pins()).stream().filter(mark -> SharedFolder.subject(mark).equals(hash))
        .forEach(mark -> PosixFiles.remove(folder.pins().resolve(mark)));
  }

  // ---- the dead

  /** Gives up the peers that are silent. */
  boolean buryTheDead() {
    if (store.members.known().stream().anyMatch(store.members::isDead)) {
      try (Turn _ = takeTurn()) {
        for (String peer : store.members.known()) {
          if (store.members.isDead(peer)) {
            PosixFiles.remove(folder.peer(peer)); // before its things: if it is alive after all, it must know
            Log.gaveUp(peer);
          }
        }
        sweep();
      }
    }
    return true;
  }

  /** Removes what belongs to peers that are not there any more. Within a turn. */
  void sweep() {
    Predicate<String> isGone = peer -> !Files.exists(folder.peer(peer));
    for (String hash : SmallFiles.names(folder.claims())) {
      Path path = folder.claims().resolve(hash);
      String text = SmallFiles.text(path);
      SharedClaim claim = text == null ? null : SharedClaim.parse(text);
      if (claim != null && isGone.test(claim.peer())) {
        SharedSealed named = store.read(folder.objects().resolve(hash));
        if (named == null || !named.name.equals(claim.name())) { // else it died between its seal and the end of its claim
          PosixFiles.remove(folder.data(claim.name()));
        }
        removeDraft(folder.draft(claim.name()));
        PosixFiles.remove(path);
      }
    }
    removeMarksOf(isGone);
    for (String name : SmallFiles.names(folder.tmp())) {
      int dash = name.indexOf('-');
      if (dash == Members.OWNER_DIGITS && isGone.test(name.substring(0, dash))) {
        removeTmp(folder.tmp(name));
      }
    }
  }

  private static void removeTmp(Path left) {
    if (!Files.isDirectory(left)) {
      PosixFiles.remove(left);
      return;
    }
    try {
      SharedFolder.removeTurns(left);
    } catch (IOException e) {
      throw SmallFiles.failure("remove " + left, e);
    }
  }

  /** A folder that somebody has put there keeps nobody from starting. */
  private static void removeDraft(Path draft) {
    if (!PosixFiles.removeUnlessFolder(draft)) {
      Log.unknownFile(draft);
    }
    PosixFiles.remove(draft.resolveSibling(draft.getFileName() + ".copy"));
  }

  void removeMarksOf(Predicate<String> owner) {
    for (Path marks : List.of(folder.pins(), folder.leases())) {
      for (String mark : SmallFiles.names(marks)) {
        if (owner.test(SharedFolder.owner(mark))) {
          PosixFiles.remove(marks.resolve(mark));
          FileName name = FileName.parse(SharedFolder.subject(mark));
          if (name != null) {
            SharedSealed retired = store.read(folder.retired(name));
            if (retired != null) {
              store.collect(Objects.requireNonNull(retired));
            }
          }
        }
      }
    }
  }
}
