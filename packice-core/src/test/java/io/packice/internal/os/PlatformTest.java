package io.packice.internal.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The tables against what the systems' headers say, written as it stands there. Of Linux: {@code include/uapi} of the kernel, whose values for x86-64 a C compiler has
 * confirmed on Debian; of macOS: {@code bsd/sys} of xnu (github.com/apple-oss-distributions/xnu). Nothing here was run on aarch64 or macOS.
 */
final class PlatformTest {
  /** asm-generic/errno-base.h and errno.h; the same on all processors here. */
  private static final String LINUX_ERRORS =
      """
          EPERM 1 ENOENT 2 EINTR 4 EIO 5 EBADF 9 EAGAIN 11 ENOMEM 12 EACCES 13 EFAULT 14 EBUSY 16 EEXIST 17 EXDEV 18 ENOTDIR 20
          EISDIR 21 EINVAL 22 ENFILE 23 EMFILE 24 ETXTBSY 26 EFBIG 27 ENOSPC 28 EROFS 30 EPIPE 32 ENAMETOOLONG 36 ENOSYS 38
          ENOTEMPTY 39 ELOOP 40 EOVERFLOW 75 EOPNOTSUPP 95 ECONNRESET 104 ENOTCONN 107 ECONNREFUSED 111 EDQUOT 122
          """;

  /** asm-generic/fcntl.h, linux/fcntl.h, linux/stat.h, linux/falloc.h: octal where they are. */
  private static final String LINUX_FILES =
      """
          O_RDONLY 00000000 O_RDWR 00000002 O_CREAT 00000100 O_EXCL 00000200 O_NONBLOCK 00004000 O_CLOEXEC 02000000
          F_SETFD 2 FD_CLOEXEC 1 F_SETFL 4 F_SETSIG 10 F_SETLEASE 1024 F_DUPFD_CLOEXEC 1030 F_ADD_SEALS 1033 F_RDLCK 0 F_UNLCK 2
          F_SEAL_SEAL 0x0001 F_SEAL_SHRINK 0x0002 F_SEAL_GROW 0x0004 F_SEAL_WRITE 0x0008 FALLOC_FL_KEEP_SIZE 0x01
          AT_FDCWD -100 AT_SYMLINK_NOFOLLOW 0x100 AT_EMPTY_PATH 0x1000 S_IFMT 00170000 S_IFREG 0100000
          UNLINK_OF_FOLDER 21 STAT_BYTES 256 STATX_ASKED 0x78d
          """;

  /** linux/mman.h, asm-generic/mman-common.h and mman.h, linux/memfd.h. */
  private static final String LINUX_MEMORY =
      """
          PROT_NONE 0x0 PROT_READ 0x1 PROT_WRITE 0x2 MAP_SHARED 0x01 MAP_PRIVATE 0x02 MAP_FIXED 0x10 MAP_ANONYMOUS 0x20
          MAP_NORESERVE 0x4000 MAP_POPULATE 0x008000 MADV_COLLAPSE 25 MFD_CLOEXEC 0x0001 MFD_ALLOW_SEALING 0x0002 MFD_NOEXEC_SEAL 0x0008
          """;

  /** linux/socket.h, asm-generic/socket.h, asm-generic/poll.h, asm-generic/signal.h; the structures are those of 64-bit C libraries. */
  private static final String LINUX_SOCKETS =
      """
          AF_UNIX 1 SOCK_STREAM 1 SOL_SOCKET 1 SCM_RIGHTS 0x01 SHUT_RDWR 2 MSG_CTRUNC 8 MSG_NOSIGNAL 0x4000 MSG_CMSG_CLOEXEC 0x40000000
          PEER_LEVEL 1 PEER_PID 17 PEER_PID_BYTES 12 SO_PEERGROUPS 59 POLLERR 0x0008 POLLHUP 0x0010 POLLNVAL 0x0020
          POLLFD_BYTES 8 POLLFD_REVENTS 6 IOVEC_BYTES 16 IOVEC_LENGTH 8 MSGHDR_BYTES 56 CMSG_DATA 16 CMSG_ALIGNMENT 8 SIGURG 23
          """;

  /** The one number that 64-bit ARM has another of: asm-generic/fcntl.h, and arch/arm64/include/uapi/asm/fcntl.h. */
  private static final String INTEL = "O_NOFOLLOW 00400000";
  private static final String ARM = "O_NOFOLLOW 0100000";

  /** errno.h. */
  private static final String MAC_ERRORS =
      """
          EPERM 1 ENOENT 2 EINTR 4 EIO 5 EBADF 9 ENOMEM 12 EACCES 13 EFAULT 14 EBUSY 16 EEXIST 17 EXDEV 18 ENOTDIR 20 EISDIR 21
          EINVAL 22 ENFILE 23 EMFILE 24 ETXTBSY 26 EFBIG 27 ENOSPC 28 EROFS 30 EPIPE 32 EAGAIN 35 ECONNRESET 54 ENOTCONN 57
          ECONNREFUSED 61 ELOOP 62 ENAMETOOLONG 63 ENOTEMPTY 66 EDQUOT 69 ENOSYS 78 EOVERFLOW 84 EOPNOTSUPP 102
          """;

  /** fcntl.h, _types/_s_ifmt.h, stat.h; unlink(2) says EPERM of a folder. */
  private static final String MAC_FILES = """
      O_RDONLY 0x0000 O_RDWR 0x0002 O_NONBLOCK 0x00000004 O_NOFOLLOW 0x00000100 O_CREAT 0x00000200 O_EXCL 0x00000800
      O_CLOEXEC 0x01000000 F_SETFD 2 FD_CLOEXEC 1 F_SETFL 4 F_PREALLOCATE 42 F_FULLFSYNC 51 F_DUPFD_CLOEXEC 67
      F_ALLOCATEALL 0x00000004 F_PEOFPOSMODE 3 FSTORE_BYTES 32 AT_FDCWD -2 AT_SYMLINK_NOFOLLOW 0x0020
      S_IFMT 0170000 S_IFREG 0100000 UNLINK_OF_FOLDER 1 STAT_BYTES 144
      """;

  /** mman.h. */
  private static final String MAC_MEMORY =
      """
          PROT_NONE 0x00 PROT_READ 0x01 PROT_WRITE 0x02 MAP_SHARED 0x0001 MAP_PRIVATE 0x0002 MAP_FIXED 0x0010 MAP_NORESERVE 0x0040
          MAP_ANONYMOUS 0x1000
          """;

  /** socket.h, un.h (SOL_LOCAL, LOCAL_PEERPID), ucred.h, poll.h. */
  private static final String MAC_SOCKETS = """
      AF_UNIX 1 SOCK_STREAM 1 SOL_SOCKET 0xffff SCM_RIGHTS 0x01 SHUT_RDWR 2 MSG_CTRUNC 0x20 MSG_NOSIGNAL 0x80000
      PEER_LEVEL 0 PEER_PID 0x002 PEER_PID_BYTES 4 LOCAL_PEERCRED 0x001 XUCRED_BYTES 76 XUCRED_GROUPS 12
      POLLERR 0x0008 POLLHUP 0x0010 POLLNVAL 0x0020 POLLFD_BYTES 8 POLLFD_REVENTS 6
      IOVEC_BYTES 16 IOVEC_LENGTH 8 MSGHDR_BYTES 48 CMSG_DATA 12 CMSG_ALIGNMENT 4
      """;

  private static Map<String, Integer> documented(Platform platform) {
    Stream<String> tables = switch (platform) {
      case LINUX_X86_64 -> Stream.of(LINUX_ERRORS, LINUX_FILES, LINUX_MEMORY, LINUX_SOCKETS, INTEL);
      case LINUX_AARCH64 -> Stream.of(LINUX_ERRORS, LINUX_FILES, LINUX_MEMORY, LINUX_SOCKETS, ARM);
      case MACOS_AARCH64 -> Stream.of(MAC_ERRORS, MAC_FILES, MAC_MEMORY, MAC_SOCKETS);
    };
    String[] words = tables.collect(Collectors.joining(" ")).strip().split("\\s+", -1);
    return Stream.iterate(0, i -> i < words.length, i -> i + 2)
        .collect(Collectors.toMap(i -> words[i], i -> Integer.decode(words[i + 1])));
  }

  /** What is not in a system's headers is 0 there. */
  @ParameterizedTest
  @CsvSource({"LINUX_X86_64", "LINUX_AARCH64", "MACOS_AARCH64"})
  void eachNumberIsTheDocumentedOne(Platform platform) {
    Map<String, Integer> documented = documented(platform);
    Map<String, Integer> ours =
        Arrays.stream(Constant.values()).collect(Collectors.toMap(Constant::name, each -> each.on(platform)));
    assertThat(ours).containsAllEntriesOf(documented);
    Set<String> more = EnumSet.allOf(Constant.class).stream().filter(each -> each.on(platform) != 0)
        .map(Constant::name).collect(Collectors.toSet());
    assertThat(documented.keySet()).containsAll(more);
  }

  // ---- structures: names and sizes of the fields in the order in which they stand

  private static final String MSGHDR =
      "name:8 namelen:4 MSGHDR_IOV:8 MSGHDR_IOVLEN:%1$d MSGHDR_CONTROL:8 MSGHDR_CONTROLLEN:%1$d MSGHDR_FLAGS:4";
  private static final String CMSGHDR = "CMSGHDR_LEN:%d CMSGHDR_LEVEL:4 CMSGHDR_TYPE:4";
  /** statx(2). */
  private static final String STATX =
      """
          mask:4 blksize:4 attributes:8 STAT_NLINK:4 STAT_UID:4 gid:4 STAT_MODE:2 spare:2 STAT_INODE:8 STAT_SIZE:8 STAT_BLOCKS:8 attributes_mask:8
          atime:8 atime_nsec:4 reserved:4 btime:8 btime_nsec:4 reserved:4 STAT_CHANGED_SECONDS:8 STAT_CHANGED_NANOS:4
          """;
  /** stat.h: __DARWIN_STRUCT_STAT64. */
  private static final String STAT64 = """
      dev:4 STAT_MODE:2 STAT_NLINK:2 STAT_INODE:8 STAT_UID:4 gid:4 rdev:4 atime:8 atime_nsec:8 mtime:8 mtime_nsec:8
      STAT_CHANGED_SECONDS:8 STAT_CHANGED_NANOS:8 birthtime:8 birthtime_nsec:8 STAT_SIZE:8 STAT_BLOCKS:8
      """;
  /** fcntl.h: struct fstore; ucred.h: struct xucred. */
  private static final String FSTORE = "FSTORE_FLAGS:4 FSTORE_POSMODE:4 offset:8 FSTORE_LENGTH:8";
  private static final String XUCRED = "version:4 uid:4 XUCRED_NGROUPS:2";

  private static Stream<String> structures(Platform platform) {
    return platform.isLinux() ? Stream.of(MSGHDR.formatted(8), CMSGHDR.formatted(8), STATX)
        : Stream.of(MSGHDR.formatted(4), CMSGHDR.formatted(4), STAT64, FSTORE, XUCRED);
  }

  /** As C lays it out: each field at a multiple of its own size. */
  private static Stream<Map.Entry<String, Field.Place>> layOut(String structure) {
    Stream.Builder<Map.Entry<String, Field.Place>> places = Stream.builder();
    int end = 0;
    for (String field : structure.strip().split("\\s+", -1)) {
      String[] parts = field.split(":", -1);
      int bytes = Integer.parseInt(parts[1]);
      int offset = (end + bytes - 1) / bytes * bytes;
      places.add(Map.entry(parts[0], new Field.Place(offset, bytes)));
      end = offset + bytes;
    }
    return places.build();
  }

  @ParameterizedTest
  @CsvSource({"LINUX_X86_64", "LINUX_AARCH64", "MACOS_AARCH64"})
  void eachFieldIsWhereCPutsIt(Platform platform) {
    Map<String, Field> ours = Arrays.stream(Field.values()).collect(Collectors.toMap(Field::name, Function.identity()));
    long compared = structures(platform).flatMap(PlatformTest::layOut).filter(each -> ours.containsKey(each.getKey()))
        .peek(each -> assertThat(ours.get(each.getKey()).on(platform)).as(each.getKey()).isEqualTo(each.getValue()))
        .count();
    assertThat(compared).isEqualTo(platform.isLinux() ? ours.size() - 4 : ours.size());
  }

  @Test
  void eachIsKnownByWhatJavaCallsIt() {
    assertThat(Platform.of("Linux", "amd64")).isEqualTo(Platform.LINUX_X86_64);
    assertThat(Platform.of("Linux", "aarch64")).isEqualTo(Platform.LINUX_AARCH64);
    assertThat(Platform.of("Mac OS X", "aarch64")).isEqualTo(Platform.MACOS_AARCH64);
    assertThatThrownBy(() -> Platform.of("Windows 11", "amd64")).isInstanceOf(UnsupportedOperationException.class)
        .hasMessage(
            "Cannot run on Windows 11 on amd64: Packice knows Linux on x86-64 and aarch64, and macOS on aarch64;"
                + " use one of them");
  }
}
