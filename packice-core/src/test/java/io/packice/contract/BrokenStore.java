package io.packice.contract;

import io.packice.core.BlobStore;
import io.packice.core.Commons;
import io.packice.core.ObjectId;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A store whose seals a test lets fail. */
public final class BrokenStore {
  private BrokenStore() {
  }

  /** The same store, of which each draft asks before it is sealed. */
  public static BlobStore of(BlobStore store, Consumer<ObjectId> beforeSeal) {
    return proxy(BlobStore.class, (self, method, arguments) -> switch (method.getName()) {
      case "commons" -> Commons.alone((BlobStore) self);
      case "allocate" -> {
        ObjectId id = (ObjectId) arguments[0];
        yield draft((BlobStore.Draft) call(store, method, arguments), () -> beforeSeal.accept(id));
      }
      default -> call(store, method, arguments);
    });
  }

  private static BlobStore.Draft draft(BlobStore.Draft draft, Runnable beforeSeal) {
    return proxy(BlobStore.Draft.class, (_, method, arguments) -> {
      if (method.getName().equals("seal")) {
        beforeSeal.run();
      }
      return call(draft, method, arguments);
    });
  }

  private interface Answer {
    @Nullable
    Object to(Object self, Method method, Object[] arguments) throws Throwable;
  }

  private static <T> T proxy(Class<T> type, Answer answer) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, answer::to));
  }

  private static @Nullable Object call(Object target, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
