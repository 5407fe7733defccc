package io.packice.djl.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import ai.djl.translate.Batchifier;
import ai.djl.util.passthrough.PassthroughNDManager;
import io.packice.arrow.memory.UseCount.Use;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Method;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.ReadOnlyBufferException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SharedTensorsTest {
  private final Arena arena = Arena.ofShared();
  private final NDManager manager = NDManager.newBaseManager();
  private final AtomicInteger returned = new AtomicInteger();

  @AfterEach
  void everythingWasGivenBackOnce() {
    manager.close();
    arena.close();
    assertThat(Dlpack.lent()).isZero();
  }

  private NDArray floats(float... values) {
    return SharedTensors.over(manager, arena.allocateFrom(ValueLayout.JAVA_FLOAT, values), new Shape(values.length),
        DataType.FLOAT32, returned::incrementAndGet);
  }

  @Test
  void withoutAnEngineTheMessageSaysWhatToDo() {
    assertThatThrownBy(() -> SharedTensors.over(PassthroughNDManager.INSTANCE, arena.allocate(4), new Shape(1),
        DataType.FLOAT32, returned::incrementAndGet)).isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("no engine; put one on the class path");
    assertThat(returned).hasValue(1);
  }

  @Test
  void anArrayIsTheMemoryAndNoCopyOfIt() {
    MemorySegment memory = arena.allocateFrom(ValueLayout.JAVA_LONG, 1, 2, 3, 4, 5, 6);
    NDArray array =
        SharedTensors.over(manager, memory, new Shape(2, 3), DataType.INT64, returned::incrementAndGet);
    memory.setAtIndex(ValueLayout.JAVA_LONG, 5, 7);
    assertThat(array.get("1").toLongArray()).containsExactly(4, 5, 7);
    assertThat(MemorySegment.ofBuffer(array.toByteBuffer(true)).address()).isEqualTo(memory.address());
    assertThat(SharedTensors.areShared(manager)).isTrue();
    assertThat(returned).hasValue(0);
    array.close();
  }

  @TestFactory
  Stream<DynamicTest> everyOperationInPlaceIsRefusedWhereMemoryIsReadOnly() {
    Pattern inPlace = Pattern.compile("(add|sub|mul|div|mod|pow|sign|neg)i|set|setScalar");
    List<Method> operations = Stream.of(NDArray.class.getMethods())
        .filter(method -> inPlace.matcher(method.getName()).matches()).toList();
    assertThat(operations).hasSizeGreaterThan(20);
    return operations.stream().map(operation -> DynamicTest.dynamicTest(operation.toString(), () -> {
      MemorySegment memory = arena.allocateFrom(ValueLayout.JAVA_FLOAT, 1, 2, 3);
      try (NDArray array = SharedTensors.over(manager, memory.asReadOnly(), new Shape(3), DataType.FLOAT32,
          returned::incrementAndGet); NDArray other = manager.create(new float[] {4, 5, 6})) {
        Object[] arguments = Stream.of(operation.getParameterTypes()).map(type -> argument(type, other)).toArray();
        assertThatThrownBy(() -> operation.invoke(array, arguments)).cause()
            .isInstanceOf(UnsupportedOperationException.class).hasMessageStartingWith("Cannot do ")
            .hasMessageContaining("its memory is shared and read-only; do it on what duplicate() gives");
        assertThat(array.toFloatArray()).containsExactly(1, 2, 3);
      }
    }));
  }

  private static Object argument(Class<?> type, NDArray other) {
    Map<Class<?>, Object> arguments = Map.of(Number.class, 2, NDArray.class, other, NDIndex.class, new NDIndex("0"),
        Function.class, UnaryOperator.identity(), Buffer.class, FloatBuffer.wrap(new float[3]), float[].class,
        new float[3], int[].class, new int[3], double[].class, new double[3], long[].class, new long[3], byte[].class,
        new byte[3]);
    return arguments.get(type);
  }

  @Test
  void whatGivesAnotherArrayLeavesReadOnlyMemoryAsItIs() {
    NDArray array = readOnly(1, 2, 3);
    NDArray index = manager.create(new long[] {0});
    NDArray nine = manager.create(new float[] {9});
    assertThat(array.put(index, nine).toFloatArray()).containsExactly(9, 2, 3);
    assertThat(array.scatter(index, nine, 0).toFloatArray()).containsExactly(9, 2, 3);
    assertThat(array.toFloatArray()).containsExactly(1, 2, 3);
  }

  private NDArray readOnly(float... values) {
    return SharedTensors.over(manager, arena.allocateFrom(ValueLayout.JAVA_FLOAT, values).asReadOnly(),
        new Shape(values.length), DataType.FLOAT32, returned::incrementAndGet);
  }

  @Test
  void aReadOnlyArrayGoesWhereverOthersGo() {
    NDArray array = readOnly(1, 2, 3);
    NDArray own = manager.create(new float[] {4, 5, 6});
    try (NDManager other = manager.newSubManager()) {
      array.attach(other);
      array.attach(manager);
    }
    assertThat(array.toDevice(Device.cpu(), false)).isSameAs(array);
    NDList batch = Batchifier.STACK.batchify(new NDList[] {new NDList(array), new NDList(own)});
    assertThat(batch.head().muli(2).toFloatArray()).containsExactly(2, 4, 6, 8, 10, 12);
    assertThat(Batchifier.STACK.unbatchify(batch)[0].head().toFloatArray()).containsExactly(2, 4, 6);
    assertThat(own.concat(array).toFloatArray()).containsExactly(4, 5, 6, 1, 2, 3);
    assertThat(own.addi(array).toFloatArray()).containsExactly(5, 7, 9);
    assertThat(NDList.decode(manager, new NDList(array).encode()).head().toFloatArray()).containsExactly(1, 2, 3);
    array.setRequiresGradient(true);
    try (GradientCollector gradients = manager.getEngine().newGradientCollector()) {
      gradients.backward(array.mul(array).sum());
      assertThat(array.getGradient().toFloatArray()).containsExactly(2, 4, 6);
      gradients.zeroGradients();
      assertThat(array.getGradient().toFloatArray()).containsOnly(0);
    }
    assertThat(array.toFloatArray()).containsExactly(1, 2, 3);
  }

  @Test
  void aCopyIsACopyAlsoWhereNothingIsConverted() {
    NDArray array = floats(1, 2, 3);
    NDArray[] copies = {array.toType(DataType.FLOAT32, true), array.toDevice(Device.cpu(), true), array.duplicate()};
    for (NDArray copy : copies) {
      copy.muli(2);
      assertThat(copy.toFloatArray()).containsExactly(2, 4, 6);
      assertThat(array.toFloatArray()).containsExactly(1, 2, 3);
    }
    assertThat(array.toType(DataType.FLOAT32, false)).isSameAs(array);
    array.muli(3); // this memory may be written
    assertThat(array.toFloatArray()).containsExactly(3, 6, 9);
  }

  @Test
  void whatShowsReadOnlyMemoryIsReadOnly() {
    MemorySegment memory = arena.allocateFrom(ValueLayout.JAVA_FLOAT, 1, 2, 3);
    NDArray array = SharedTensors.over(manager, memory.asReadOnly(), new Shape(3), DataType.FLOAT32,
        returned::incrementAndGet);
    ByteBuffer bytes = array.toByteBuffer(true);
    assertThat(MemorySegment.ofBuffer(bytes).address()).isEqualTo(memory.address());
    assertThat(bytes.getFloat(8)).isEqualTo(3);
    assertThatThrownBy(() -> bytes.putFloat(0, 2)).isInstanceOf(ReadOnlyBufferException.class);
    array.toByteBuffer(false).putFloat(0, 2);
    assertThatThrownBy(() -> manager.ones(new Shape(3)).copyTo(array))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThat(array.toFloatArray()).containsExactly(1, 2, 3);
  }

  @Test
  void memoryIsGivenBackWithTheLastThatRefersToIt() {
    NDArray array = floats(1, 2, 3, 4);
    NDArray slice = array.get("1:3");
    array.close();
    assertThat(returned).hasValue(0);
    assertThat(slice.toFloatArray()).containsExactly(2, 3);
    slice.close();
    assertThat(returned).hasValue(1);
  }

  @Test
  void whatWasDerivedAndMovedKeepsTheMemoryToo() {
    try (NDManager keeper = NDManager.newBaseManager()) {
      NDArray view;
      try (NDManager batch = manager.newSubManager()) {
        NDArray array = floats(1, 2, 3, 4, 5, 6);
        array.attach(batch);
        view = array.reshape(2, 3).transpose().get("1");
        view.attach(keeper);
      }
      assertThat(returned).hasValue(0);
      assertThat(view.toFloatArray()).containsExactly(2, 5);
    }
    assertThat(returned).hasValue(1);
  }

  @Test
  void aGradientThatIsStillToBeComputedKeepsTheMemory() {
    NDArray weight = manager.create(new float[] {2, 2, 2});
    weight.setRequiresGradient(true);
    try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
      NDArray loss;
      try (NDArray input = floats(1, 2, 3)) {
        loss = weight.mul(input).sum();
      }
      assertThat(returned).as("the product's gradient is the input").hasValue(0);
      collector.backward(loss);
    }
    assertThat(weight.getGradient().toFloatArray()).containsExactly(1, 2, 3);
  }

  @Test
  void aScalarIsAnArrayOfNoDimensions() {
    NDArray scalar = SharedTensors.over(manager, arena.allocateFrom(ValueLayout.JAVA_INT, 42), new Shape(),
        DataType.INT32, returned::incrementAndGet);
    assertThat(scalar.getInt()).isEqualTo(42);
    assertThat(scalar.getShape()).isEqualTo(new Shape());
  }

  @ParameterizedTest
  @EnumSource(DataType.class)
  void everyTypeIsItselfOrRefused(DataType type) {
    MemorySegment memory = arena.allocate(64, 64);
    if (!TensorTypes.isSafe(type)) {
      assertThatThrownBy(
          () -> SharedTensors.over(manager, memory.asSlice(0, 8), new Shape(1), type, returned::incrementAndGet))
          .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("the engine would end the process");
      assertThat(returned).hasValue(1);
      return;
    }
    ElementType.of(type).orElseThrow().putInteger(memory, type.getNumOfBytes(), 1);
    NDArray array = SharedTensors.over(manager, memory.asSlice(0, 2L * type.getNumOfBytes()), new Shape(2), type,
        returned::incrementAndGet);
    assertThat(array.getDataType()).isEqualTo(type);
    assertThat(array.toType(DataType.FLOAT32, true).toFloatArray()).containsExactly(0, 1);
  }

  @Test
  void memoryOfAnotherLengthOnTheHeapOrForAClosedManagerIsRefusedAndGivenBack() {
    assertThatThrownBy(() -> SharedTensors.over(manager, arena.allocate(15), new Shape(4), DataType.FLOAT32,
        returned::incrementAndGet)).hasMessageContaining("over 15 bytes of native memory; give 16");
    assertThatThrownBy(() -> SharedTensors.over(manager, MemorySegment.ofArray(new float[4]), new Shape(4),
        DataType.FLOAT32, returned::incrementAndGet)).hasMessageContaining("on the heap");
    NDManager closed = manager.newSubManager();
    closed.close();
    assertThatThrownBy(() -> SharedTensors.over(closed, arena.allocate(16), new Shape(4), DataType.FLOAT32,
        returned::incrementAndGet)).isInstanceOf(IllegalStateException.class).hasMessageContaining("manager is closed");
    assertThat(returned).hasValue(3);
  }

  @Test
  void aTensorOfThreeGibibytesIsReadAtBothEnds(@TempDir Path folder) throws IOException {
    long bytes = 3L << 30;
    try (FileChannel file = FileChannel.open(folder.resolve("sparse"), StandardOpenOption.CREATE_NEW,
        StandardOpenOption.SPARSE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      MemorySegment memory = file.map(FileChannel.MapMode.READ_WRITE, 0, bytes, arena);
      memory.set(ValueLayout.JAVA_FLOAT, 0, 1.5f);
      memory.set(ValueLayout.JAVA_FLOAT, bytes - 4, 2.5f);
      try (NDArray array = SharedTensors.over(manager, memory, new Shape(3, 1L << 28), DataType.FLOAT32,
          returned::incrementAndGet)) {
        assertThat(array.getFloat(0, 0)).isEqualTo(1.5f);
        assertThat(array.getFloat(2, (1L << 28) - 1)).isEqualTo(2.5f);
        assertThat(array.get("2, -3:").toFloatArray()).containsExactly(0, 0, 2.5f);
      }
    }
    manager.close(); // with what was picked out of it
    assertThat(returned).hasValue(1);
  }

  @Test
  void whereMemoryCannotBeSharedArraysAreCopiesAndItIsGivenBackAtOnce() {
    MemorySegment memory = arena.allocateFrom(ValueLayout.JAVA_INT, 1, 2, 3);
    System.setProperty(SharedTensors.SWITCH, "false");
    try {
      assertThat(SharedTensors.areShared(manager)).isFalse();
      NDArray copy =
          SharedTensors.over(manager, memory, new Shape(3), DataType.INT32, returned::incrementAndGet);
      assertThat(returned).hasValue(1);
      memory.setAtIndex(ValueLayout.JAVA_INT, 0, 9);
      assertThat(copy.toIntArray()).containsExactly(1, 2, 3);
    } finally {
      System.clearProperty(SharedTensors.SWITCH);
    }
  }

  @Test
  void aShareIsClosedOnceAndTheLastEndsAll() {
    Use first = Use.first("table t", returned::incrementAndGet);
    Use second = first.another();
    first.close();
    first.close();
    assertThat(returned).hasValue(0);
    second.another().close();
    second.close();
    assertThat(returned).hasValue(1);
    assertThatThrownBy(second::another).isInstanceOf(IllegalStateException.class)
        .hasMessage("Cannot read table t: it is closed; open it anew");
  }
}
