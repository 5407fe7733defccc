package io.packice.djl;

import io.packice.arrow.ArrowTable;
import io.packice.arrow.FixedWidthColumn.Chunk;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Values of columns in private memory that may be written. All columns share one mapping of the table, as long as each is asked for once: what is asked for
 * again, such as a column that is feature and label, lies in another, so that nobody sees what the other writes. For one thread.
 */
final class WritableColumns {
  private final ArrowTable table;
  private final Arena arena;
  private final List<UnaryOperator<MemorySegment>> mappings = new ArrayList<>();
  private final Map<String, Integer> uses = new HashMap<>();

  /** The columns end with the arena. */
  WritableColumns(ArrowTable table, Arena arena) {
    this.table = table;
    this.arena = arena;
  }

  /** The same values of a column, to be written. */
  List<Chunk> of(String column, List<Chunk> chunks) {
    int use = uses.merge(column, 1, Integer::sum);
    if (use > mappings.size()) {
      mappings.add(table.copyOnWrite(arena));
    }
    UnaryOperator<MemorySegment> mapping = mappings.get(use - 1);
    return chunks.stream()
        .map(chunk -> new Chunk(chunk.firstRow(), chunk.rowCount(), mapping.apply(chunk.values()))).toList();
  }
}
