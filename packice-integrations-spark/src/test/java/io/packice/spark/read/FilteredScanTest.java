package io.packice.spark.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.arrow.ArrowTables;
import io.packice.arrow.manifest.TableDescription;
import io.packice.arrow.manifest.TablePart;
import io.packice.spark.peers.PeerAddress;
import io.packice.spark.testing.SparkTest;
import io.packice.spark.types.References;
import io.packice.spark.types.SchemaMapping;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.apache.spark.sql.connector.expressions.Expression;
import org.apache.spark.sql.connector.expressions.LogicalExpressions;
import org.apache.spark.sql.connector.expressions.filter.Predicate;
import org.apache.spark.sql.connector.read.Batch;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Spark has one scan in several places of a plan, and in several threads: what one use finds out is not for the others. */
class FilteredScanTest extends SparkTest {
  private static final ReadOptions OPTIONS = ReadOptions.of(new CaseInsensitiveStringMap(Map.of()));

  private TableDescription table = TableDescription.of("t", SchemaMapping.toArrow(new StructType()));

  @BeforeEach
  void writeTable() {
    spark.range(0, 1000, 1, 10).write().format("packice").save("t");
    table = new ArrowTables(peer.client()).describe("t");
  }

  private PackiceScanBuilder builder() {
    return new PackiceScanBuilder(table, new PeerAddress(peer.address()), SchemaMapping.toSpark(table.plainSchema()),
        OPTIONS);
  }

  private FilteredScan scan() {
    return (FilteredScan) builder().build();
  }

  private static Predicate less(long than) {
    return new Predicate("<", new Expression[] {References.column("id"), LogicalExpressions.literal(than)});
  }

  private static long rows(Batch batch) {
    return Arrays.stream(batch.planInputPartitions()).map(SlicePartition.class::cast)
        .flatMap(partition -> partition.slices().stream()).mapToLong(Slice::rowCount).sum();
  }

  @Test
  void aFilterIsForTheNextUseAlone() {
    FilteredScan scan = scan();
    Batch before = scan.toBatch();
    scan.filter(new Predicate[] {less(100)});
    Batch filtered = scan.toBatch();
    assertThat(rows(filtered)).isEqualTo(100);
    assertThat(rows(scan.toBatch())).isEqualTo(1000);
    assertThat(rows(before)).isEqualTo(1000);
    scan.filter(new Predicate[] {less(300)});
    assertThat(rows(scan.toBatch())).as("not what an earlier filter left").isEqualTo(300);
    assertThat(rows(filtered)).isEqualTo(100);
  }

  @Test
  void aFilterOfOneThreadIsNotForAnother() {
    FilteredScan scan = scan();
    scan.filter(new Predicate[] {less(100)});
    assertThat(CompletableFuture.supplyAsync(() -> rows(scan.toBatch())).join()).isEqualTo(1000);
    assertThat(rows(scan.toBatch())).isEqualTo(100);
  }

  @Test
  void scansAndUsesStayEqualWhateverIsFiltered() {
    FilteredScan one = scan();
    FilteredScan other = scan();
    assertThat(one).isEqualTo(other).hasSameHashCodeAs(other);
    assertThat(one.toBatch()).isEqualTo(other.toBatch()).hasSameHashCodeAs(other.toBatch());
    one.filter(new Predicate[] {less(100)});
    assertThat(one).isEqualTo(other);
    assertThat(one.toBatch()).isNotEqualTo(other.toBatch());
    assertThat(one.toBatch()).isEqualTo(other.toBatch());
  }

  /** Else Spark would run one of them, and who asks would not hear of the other. */
  @Test
  void aScanWhoseReadsSomebodyAsksAboutIsLikeNoOther() {
    PartReads reads = _ -> {
    };
    Set<String> all = table.parts().stream().map(TablePart::id).collect(Collectors.toSet());
    Scan watched = builder().buildWhole(all, reads);
    assertThat(watched).isNotEqualTo(scan()).isEqualTo(builder().buildWhole(all, reads));
    assertThat(watched.toBatch()).isNotEqualTo(scan().toBatch()).isEqualTo(watched.toBatch());
  }
}
