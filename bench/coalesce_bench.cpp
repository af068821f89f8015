// The coalescer on made-up rows of a sysbench table: rows/s that go in, and how many of them there
// are for one that comes out ("ratio"). Each prints a sum over the images that come out.
#include <benchmark/benchmark.h>
#include <string>
#include <vector>

#include "binlog/encoding.h"
#include "coalesce/coalescer.h"

namespace penstock::coalesce {
namespace {

using binlog::RowsKind;

constexpr std::uint16_t c_bytes = 120;
constexpr std::uint16_t pad_bytes = 60;
constexpr std::size_t events_per_group = 20'000;

// CREATE TABLE sbtest (id INT PRIMARY KEY, k INT UNIQUE or not, c CHAR(120), pad CHAR(60)).
binlog::TableShape sbtest() {
    binlog::TableShape shape("sbtest", "sbtest1");
    shape.integer(4).integer(4).varchar(c_bytes).varchar(pad_bytes);
    return shape;
}

void append_image(std::string& rows, std::size_t id, std::size_t k, std::size_t version) {
    binlog::RowImageWriter(rows, 4)
        .integer(id, 4)
        .integer(k, 4)
        .varchar(std::string(c_bytes - 1, static_cast<char>('a' + version % 26)), c_bytes)
        .varchar(std::string(pad_bytes - 1, '0'), pad_bytes);
}

// The rows events of a group, which is played again and again.
class Traffic {
public:
    void write(std::size_t id, std::size_t version) {
        Event& event = add(RowsKind::write);
        append_image(event.rows, id, id, version);
    }
    void remove(std::size_t id, std::size_t version) {
        Event& event = add(RowsKind::remove);
        append_image(event.rows, id, id, version);
    }
    void update(std::size_t id, std::size_t version, std::size_t k, std::size_t next_k) {
        Event& event = add(RowsKind::update);
        append_image(event.rows, id, k, version);
        append_image(event.rows, id, next_k, version + 1);
    }

    void run(benchmark::State& state, const TableRules& rules) const {
        const binlog::TableShape shape = sbtest();
        const auto layout = binlog::RowLayout::compile(shape.table_map());
        const std::string columns = shape.all_columns();
        Coalescer coalescer;
        const auto table = coalescer.add_table("sbtest", "sbtest1", *layout, rules);
        binlog::RowsEvent rows;
        rows.column_count = 4;
        rows.columns_before = rows.columns_after = base::as_bytes(columns);
        std::uint64_t sum = 0;
        for (auto _ : state) {
            for (const Event& event : events_) {
                rows.kind = event.kind;
                rows.rows = base::as_bytes(event.rows);
                const auto added = coalescer.add(*table, rows);
                if (!added) return state.SkipWithError(added.error().text.c_str());
            }
            sum = sum_of(coalescer.finish());
            coalescer.clear();
        }
        const Counters& counters = coalescer.counters();
        state.SetItemsProcessed(static_cast<std::int64_t>(counters.rows_in));
        state.counters["ratio"] =
            static_cast<double>(counters.rows_in) / static_cast<double>(counters.rows_out);
        state.counters["split"] =
            static_cast<double>(counters.updates_split) / static_cast<double>(counters.groups);
        state.SetLabel("checksum " + std::to_string(sum));
    }

private:
    struct Event {
        RowsKind kind;
        std::string rows;
    };

    Event& add(RowsKind kind) { return events_.emplace_back(Event{kind, {}}); }

    static std::uint64_t sum_of(const Plan& plan) {
        std::uint64_t sum = 0;
        for (const Step& step : plan.steps) {
            for (const Run& run : step.runs) {
                for (const Row& row : run.rows) {
                    sum = sum * 31 + row.before.size() * 3 + row.after.size() + row.key_hash;
                }
            }
        }
        return sum;
    }

    std::vector<Event> events_;
};

const TableRules plain{.row_key = {0}, .unique_keys = {}};
const TableRules with_unique_k{.row_key = {0}, .unique_keys = {{{1}, true}}};
const TableRules without_key{};

// 20 rows, updated over and over.
void hot_rows(benchmark::State& state) {
    Traffic traffic;
    for (std::size_t i = 0; i < events_per_group; ++i) traffic.update(i % 20, i / 20, 1, 1);
    traffic.run(state, plain);
}
BENCHMARK(hot_rows);

// Each row once: nothing to gain but the order.
void one_row_updates(benchmark::State& state) {
    Traffic traffic;
    for (std::size_t i = 0; i < events_per_group; ++i) traffic.update(i * 7919 % 100'000, 0, 1, 1);
    traffic.run(state, plain);
}
BENCHMARK(one_row_updates);

void one_row_inserts(benchmark::State& state) {
    Traffic traffic;
    for (std::size_t i = 0; i < events_per_group; ++i) traffic.write(i, 0);
    traffic.run(state, plain);
}
BENCHMARK(one_row_inserts);

// oltp_write_only: two updates, a removal and an insert of the same key, in 5,000 rows.
void write_only_mix(benchmark::State& state) {
    Traffic traffic;
    std::vector<std::size_t> versions(5000);
    std::uint64_t random = 1;
    const auto next = [&] {
        random = random * 6364136223846793005U + 1442695040888963407U;
        return static_cast<std::size_t>(random >> 33) % versions.size();
    };
    for (std::size_t i = 0; i < events_per_group / 4; ++i) {
        for (int updates = 0; updates < 2; ++updates) {
            const std::size_t id = next();
            traffic.update(id, versions[id], id, id);
            ++versions[id];
        }
        const std::size_t id = next();
        traffic.remove(id, versions[id]);
        traffic.write(id, ++versions[id]);
    }
    traffic.run(state, plain);
}
BENCHMARK(write_only_mix);

// UPDATE ... SET k = k + 1 on a unique key: one chain through all rows.
void chain_of_unique_values(benchmark::State& state) {
    Traffic traffic;
    for (std::size_t i = events_per_group; i-- > 0;) traffic.update(i, 0, i, i + 1);
    traffic.run(state, with_unique_k);
}
BENCHMARK(chain_of_unique_values);

// Of a table without a key: copied, and given out as they came.
void rows_in_order(benchmark::State& state) {
    Traffic traffic;
    for (std::size_t i = 0; i < events_per_group; ++i) traffic.update(i, 0, 1, 1);
    traffic.run(state, without_key);
}
BENCHMARK(rows_in_order);

// Groups of a transaction, when caught up.
void groups_of_one_row(benchmark::State& state) {
    Traffic traffic;
    traffic.update(1, 0, 1, 1);
    traffic.run(state, plain);
}
BENCHMARK(groups_of_one_row);

}  // namespace
}  // namespace penstock::coalesce

BENCHMARK_MAIN();
