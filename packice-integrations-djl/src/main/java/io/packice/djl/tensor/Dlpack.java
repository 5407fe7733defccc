package io.packice.djl.tensor;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import ai.djl.ndarray.types.DataType;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Hands memory to libtorch by DLPack, the C structure by which frameworks lend each other tensors: it says where the bytes are and whom to call
 * when nobody uses them any more. DJL's own way ({@code from_blob} without a deleter) does not tell when that is, and memory that is unmapped
 * under a slice is a fault.
 *
 * <pre>
 * DLManagedTensor  0       8       16     20     24      32        40           48           56
 *                  | data* | device | ndim | type | shape* | strides* | byteOffset | managerCtx | deleter* |
 * </pre>
 *
 * The structure and the shape after it are one piece of malloc'd memory, which the deleter frees.
 */
final class Dlpack {
  private static final StructLayout MANAGED = MemoryLayout.structLayout(ADDRESS.withName("data"),
      JAVA_INT.withName("deviceType"), JAVA_INT.withName("deviceId"), JAVA_INT.withName("ndim"),
      JAVA_BYTE.withName("typeCode"), JAVA_BYTE.withName("typeBits"), JAVA_SHORT.withName("typeLanes"),
      ADDRESS.withName("shape"), ADDRESS.withName("strides"), JAVA_LONG.withName("byteOffset"),
      JAVA_LONG.withName("managerCtx"), ADDRESS.withName("deleter"));
  private static final long DATA = offset("data");
  private static final long DEVICE_TYPE = offset("deviceType");
  private static final long NDIM = offset("ndim");
  private static final long TYPE_CODE = offset("typeCode");
  private static final long TYPE_BITS = offset("typeBits");
  private static final long TYPE_LANES = offset("typeLanes");
  private static final long SHAPE = offset("shape");
  private static final long CONTEXT = offset("managerCtx");
  private static final long DELETER = offset("deleter");
  private static final int CPU = 1;

  /** {@code at::Tensor at::fromDLPack(DLManagedTensor*)}: the result comes where the first argument says. */
  private static final String FROM_DLPACK = "_ZN2at10fromDLPackEP15DLManagedTensor";

  private static final Map<Long, Runnable> LENT = new ConcurrentHashMap<>();
  private static final AtomicLong NEXT = new AtomicLong();

  /** Functions of the C library and of libtorch, which DJL has loaded by then. */
  private record Functions(MethodHandle malloc, MethodHandle free, MethodHandle fromDlpack, MemorySegment deleter) {
    private static final Optional<Functions> FOUND = find();

    private static Optional<Functions> find() {
      Linker linker = Linker.nativeLinker();
      SymbolLookup standard = linker.defaultLookup();
      return LibTorch.find(FROM_DLPACK).map(fromDlpack -> new Functions(
          linker.downcallHandle(standard.findOrThrow("malloc"), FunctionDescriptor.of(ADDRESS, JAVA_LONG)),
          linker.downcallHandle(standard.findOrThrow("free"), FunctionDescriptor.ofVoid(ADDRESS)),
          linker.downcallHandle(fromDlpack, FunctionDescriptor.of(ADDRESS, ADDRESS, ADDRESS)),
          linker.upcallStub(deleterMethod(), FunctionDescriptor.ofVoid(ADDRESS), Arena.global())));
    }

    private static MethodHandle deleterMethod() {
      try {
        return MethodHandles.lookup().findStatic(Dlpack.class, "delete",
            MethodType.methodType(void.class, MemorySegment.class));
      } catch (ReflectiveOperationException impossible) {
        throw new LinkageError("Cannot find the deleter", impossible);
      }
    }
  }

  private Dlpack() {
  }

  /** Whether libtorch is loaded and has what we need; DJL's engine must have been loaded before the first call. */
  static boolean isAvailable() {
    return Functions.FOUND.isPresent();
  }

  /** How many pieces of memory the engine has at this moment. */
  static int lent() {
    return LENT.size();
  }

  /**
   * A tensor over memory, as DJL's JNI has it: the address of an {@code at::Tensor} of its own.
   *
   * @param giveBack runs when the engine is done with the memory, on whichever thread
   */
  static long tensor(MemorySegment memory, long[] shape, DataType type, Runnable giveBack) {
    Functions functions = Functions.FOUND.orElseThrow();
    long id = NEXT.incrementAndGet();
    LENT.put(id, giveBack);
    try {
      MemorySegment managed = describe(functions, memory, shape, type, id);
      MemorySegment tensor = allocate(functions, ADDRESS.byteSize()); // at::Tensor is one counted pointer
      MemorySegment _ = (MemorySegment) functions.fromDlpack.invokeExact(tensor, managed);
      return tensor.address();
    } catch (RuntimeException | Error failure) {
      LENT.remove(id);
      throw failure;
    } catch (Throwable impossible) {
      throw new AssertionError("these functions of C throw nothing", impossible);
    }
  }

  private static MemorySegment describe(Functions functions, MemorySegment memory, long[] shape, DataType type, long id)
      throws Throwable {
    long shapeBytes = shape.length * JAVA_LONG.byteSize();
    MemorySegment managed = allocate(functions, MANAGED.byteSize() + shapeBytes);
    managed.fill((byte) 0);
    MemorySegment dimensions = managed.asSlice(MANAGED.byteSize(), shapeBytes);
    MemorySegment.copy(shape, 0, dimensions, JAVA_LONG, 0, shape.length);
    managed.set(ADDRESS, DATA, memory);
    managed.set(JAVA_INT, DEVICE_TYPE, CPU);
    managed.set(JAVA_INT, NDIM, shape.length);
    managed.set(JAVA_BYTE, TYPE_CODE, code(type));
    managed.set(JAVA_BYTE, TYPE_BITS, (byte) (type.getNumOfBytes() * Byte.SIZE));
    managed.set(JAVA_SHORT, TYPE_LANES, (short) 1);
    managed.set(ADDRESS, SHAPE, dimensions);
    managed.set(JAVA_LONG, CONTEXT, id);
    managed.set(ADDRESS, DELETER, functions.deleter);
    return managed;
  }

  private static long offset(String field) {
    return MANAGED.byteOffset(groupElement(field));
  }

  private static byte code(DataType type) {
    return switch (type) {
      case INT8, INT32, INT64 -> 0;
      case UINT8 -> 1;
      case FLOAT16, FLOAT32, FLOAT64 -> 2;
      case BOOLEAN -> 6;
      default -> throw new IllegalArgumentException("Cannot lend " + type.name() + " to the engine; convert it");
    };
  }

  private static MemorySegment allocate(Functions functions, long byteSize) throws Throwable {
    MemorySegment memory = (MemorySegment) functions.malloc.invokeExact(byteSize);
    if (memory.equals(MemorySegment.NULL)) {
      throw new OutOfMemoryError("Cannot allocate " + byteSize + " bytes of native memory");
    }
    return memory.reinterpret(byteSize);
  }

  /** Called by libtorch, on any of its threads; an exception out of here would end the process. */
  @SuppressWarnings("unused") // by name, as an upcall
  private static void delete(MemorySegment managed) {
    try {
      Runnable giveBack = LENT.remove(managed.reinterpret(MANAGED.byteSize()).get(JAVA_LONG, CONTEXT));
      Functions.FOUND.orElseThrow().free.invokeExact(managed);
      if (giveBack != null) {
        giveBack.run();
      }
    } catch (Throwable failure) {
      Log.cannotGiveBack(failure);
    }
  }
}
