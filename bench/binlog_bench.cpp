// The binlog library on made-up rows of a sysbench table: checksums, base64, splitting rows,
// packing them into BINLOG statements, GTID sets. Each prints a checksum of its result, so that a
// run that computed something else is seen.
#include <benchmark/benchmark.h>
#include <string>

#include "binlog/base64.h"
#include "binlog/binlog_statement.h"
#include "binlog/crc32.h"
#include "binlog/encoding.h"
#include "binlog/row_layout.h"
#include "penstock/gtid_set.h"

namespace penstock::binlog {
namespace {

constexpr std::uint16_t c_bytes = 120;
constexpr std::uint16_t pad_bytes = 60;

// CREATE TABLE sbtest (id INT, k INT, c CHAR(120), pad CHAR(60)), as VARCHARs.
TableShape sbtest() {
    TableShape shape("sbtest", "sbtest1");
    shape.integer(4).integer(4).varchar(c_bytes).varchar(pad_bytes);
    return shape;
}

std::string sbtest_rows(std::size_t count) {
    std::string rows;
    for (std::size_t i = 0; i < count; ++i) {
        RowImageWriter(rows, 4)
            .integer(i, 4)
            .integer(i * 2654435761U, 4)
            .varchar(std::string(c_bytes - 1, static_cast<char>('a' + i % 26)), c_bytes)
            .varchar(std::string(pad_bytes - 1, static_cast<char>('0' + i % 10)), pad_bytes);
    }
    return rows;
}

void report_bytes(benchmark::State& state, std::size_t bytes, std::uint64_t checksum) {
    state.SetBytesProcessed(static_cast<std::int64_t>(bytes) * state.iterations());
    state.SetLabel("checksum " + std::to_string(checksum));
}

template <auto sum_up>
void checksum_of_8_kib(benchmark::State& state) {
    const std::string event(8192, 'x');
    std::uint32_t sum = 0;
    for (auto _ : state) benchmark::DoNotOptimize(sum = sum_up(base::as_bytes(event), 0));
    report_bytes(state, event.size(), sum);
}
BENCHMARK(checksum_of_8_kib<crc32>);
BENCHMARK(checksum_of_8_kib<crc32_portable>);

// Bytes/s of what is encoded.
template <auto append>
void base64_of_512_kib(benchmark::State& state) {
    const std::string plain(512 * 1024, 'x');
    std::string out;
    for (auto _ : state) {
        out.clear();
        append(out, base::as_bytes(plain));
    }
    report_bytes(state, plain.size(), crc32(base::as_bytes(out)));
}
BENCHMARK(base64_of_512_kib<append_base64>);
BENCHMARK(base64_of_512_kib<append_base64_portable>);

void split_rows(benchmark::State& state) {
    const TableShape shape = sbtest();
    const auto layout = RowLayout::compile(shape.table_map());
    const std::string rows = sbtest_rows(1000);
    const std::string columns = shape.all_columns();
    std::uint64_t sum = 0;
    for (auto _ : state) {
        sum = 0;
        base::Bytes rest = base::as_bytes(rows);
        while (!rest.empty()) {
            const auto size = layout->image_bytes(rest, base::as_bytes(columns));
            if (!size) return state.SkipWithError(size.error().text.c_str());
            sum = sum * 31 + *size;
            rest = rest.subspan(*size);
        }
    }
    report_bytes(state, rows.size(), sum);
    state.SetItemsProcessed(1000 * state.iterations());
}
BENCHMARK(split_rows);

void pack_binlog_statement(benchmark::State& state) {
    const TableShape shape = sbtest();
    const std::string rows = sbtest_rows(1000);
    const std::string columns = shape.all_columns();
    std::uint64_t sum = 0;
    for (auto _ : state) {
        BinlogStatementBuilder builder;
        const auto table = builder.add_table(shape.table_map());
        const auto added = builder.add_rows(table, RowsKind::write, {}, base::as_bytes(columns),
                                            base::as_bytes(rows), 0);
        if (!added) return state.SkipWithError(added.error().text.c_str());
        sum = crc32(base::as_bytes(builder.finish()));
    }
    report_bytes(state, rows.size(), sum);
    state.SetItemsProcessed(1000 * state.iterations());
}
BENCHMARK(pack_binlog_statement);

void add_to_a_gtid_set(benchmark::State& state) {
    Gtid gtid = Gtid::parse("3e11fa47-71ca-11e1-9e33-c80aa9429562:1").value();
    GtidSet set;
    for (auto _ : state) {
        set.add(gtid);
        ++gtid.number;
    }
    state.SetItemsProcessed(state.iterations());
    state.SetLabel("intervals " + std::to_string(set.entries()[0].intervals.size()));
}
BENCHMARK(add_to_a_gtid_set);

}  // namespace
}  // namespace penstock::binlog
