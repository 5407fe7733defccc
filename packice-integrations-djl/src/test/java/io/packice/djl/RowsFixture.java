package io.packice.djl;

import ai.djl.ndarray.NDManager;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.contract.LeakCheck;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A table {@code floats} of {@value #ROWS} rows, whose label {@code y} is the row's number; afterwards nothing is held. */
abstract class RowsFixture {
  static final int ROWS = 100;

  PackiceClient client;
  NDManager manager;

  @BeforeEach
  void open() {
    client = Packice.connect();
    manager = NDManager.newBaseManager();
    TestTables.floats(client, "floats", ROWS, 3, 40);
  }

  @AfterEach
  void nothingIsLeft() {
    manager.close();
    client.close();
    LeakCheck.assertNothingHeld();
  }
}
