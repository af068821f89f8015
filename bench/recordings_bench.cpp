// What the binlog library does with whole files in memory. From the file: scan_headers cuts it into
// events, verify_checksums does that and sums them. From its table maps and rows events, which are
// cut before: split_rows and hash_keys walk the rows, materialise makes a value of every column,
// encode packs them into BINLOG statements. From the file again, all in one: walk is scan_headers
// and hash_keys, decode is verify_checksums and hash_keys.
//
// Each prints bytes/s of the file, rows/s of the changes in it (an update is one), and a checksum
// of its result, so that a run that computed something else is seen.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdio>
#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "binlog/binlog_statement.h"
#include "binlog/event_reader.h"
#include "binlog/key_hash.h"
#include "binlog/value.h"
#include "recording.h"

namespace penstock::bench {
namespace {

using namespace penstock::binlog;

struct Outcome {
    std::uint64_t checksum = 0;
    std::uint64_t rows = 0;

    void add(std::uint64_t value) { checksum = checksum * 31 + value; }
};

// The tables of a stream, compiled once for each definition.
class Tables {
public:
    struct Table {
        std::string event;  // that `map` borrows from
        TableMap map;
        RowLayout layout;
        KeyHasher hasher;
        std::vector<ValueType> types;
    };

    // A stream repeats the same map for each statement.
    Result<void> add(const EventView& event) {
        if (last_ != nullptr && std::ranges::equal(last_->map.body, event.body)) return {};
        PENSTOCK_ASSIGN(const TableMap map, parse_table_map(event));
        const auto known = tables_.find(map.table_id);
        if (known != tables_.end() && std::ranges::equal(known->second.map.body, map.body)) {
            last_ = &known->second;
            return {};
        }
        PENSTOCK_ASSIGN(RowLayout layout, RowLayout::compile(map));
        PENSTOCK_ASSIGN(const OptionalMetadata metadata, decode_optional_metadata(map));
        std::vector<KeyPart> key = metadata.primary_key;
        if (key.empty()) key.push_back({0, 0});
        PENSTOCK_ASSIGN(KeyHasher hasher, KeyHasher::compile(layout, key));
        Table& table = tables_[map.table_id];
        table.event = base::as_text(event.whole);
        table.types = value_types(layout.columns(), metadata);
        table.layout = std::move(layout);
        table.hasher = std::move(hasher);
        EventView kept = event;
        kept.body = base::as_bytes(table.event).subspan(event_header_bytes, event.body.size());
        PENSTOCK_ASSIGN(table.map, parse_table_map(kept));
        last_ = &table;
        return {};
    }

    [[nodiscard]] const Table* find(std::uint64_t id) const {
        if (last_ != nullptr && last_->map.table_id == id) return last_;
        const auto at = tables_.find(id);
        return at == tables_.end() ? nullptr : &at->second;
    }

private:
    std::unordered_map<std::uint64_t, Table> tables_;
    const Table* last_ = nullptr;
};

// A file in memory, and its events.
struct Prepared {
    const Recording* recording = nullptr;
    std::vector<EventView> events;
    std::vector<EventView> row_events;  // table maps and rows events among them
    std::uint64_t rows = 0;
};

// Calls on_event(event) for each event of the file that it wants.
template <class OnEvent>
Result<void> for_events(const std::string& file, ChecksumPolicy policy, OnEvent& on_event) {
    EventReader reader(base::as_bytes(file));
    reader.set_checksum_policy(policy);
    while (true) {
        auto next = reader.next();
        if (!next) return forward_error(next);
        if (!*next) return {};
        if (!on_event.wants(**next)) continue;
        if (auto done = on_event(**next); !done) return done;
    }
}

// Takes the events of a stream and calls on_rows(table, rows event) for the rows in it.
template <class OnRows>
class RowsFinder {
public:
    explicit RowsFinder(OnRows on_rows) : on_rows_(on_rows) {}

    // The other events are passed over.
    static bool wants(const EventView& event) {
        return event.header.type == EventType::table_map || is_rows(event.header.type);
    }

    Result<void> operator()(const EventView& event) {
        if (event.header.type == EventType::table_map) return tables_.add(event);
        auto rows = parse_rows(event);
        if (!rows) return forward_error(rows);
        const Tables::Table* table = tables_.find(rows->table_id);
        if (table == nullptr) return malformed(event, "no map");
        return on_rows_(*table, *rows);
    }

private:
    Tables tables_;
    OnRows on_rows_;
};

struct EventAdder {
    static bool wants(const EventView&) { return true; }
    Result<void> operator()(const EventView& event) {
        outcome.add(static_cast<std::uint64_t>(event.header.type) + event.body.size());
        return {};
    }
    Outcome outcome;
};

Result<Outcome> cut_events(const Prepared& file, ChecksumPolicy policy) {
    EventAdder adder;
    PENSTOCK_TRY(for_events(file.recording->bytes, policy, adder));
    return adder.outcome;
}

Result<Outcome> scan_headers(const Prepared& file) {
    return cut_events(file, ChecksumPolicy::trust);
}

Result<Outcome> verify_checksums(const Prepared& file) {
    return cut_events(file, ChecksumPolicy::verify);
}

template <class OnRows>
Result<void> for_rows(const Prepared& file, OnRows on_rows) {
    constexpr std::size_t ahead = 6;
    RowsFinder find(on_rows);
    const std::vector<EventView>& events = file.row_events;
    for (std::size_t i = 0; i < events.size(); ++i) {
        if (i + ahead < events.size()) prefetch(events[i + ahead]);
        if (auto found = find(events[i]); !found) return found;
    }
    return {};
}

// What reading the file's memory takes by itself: a word of each cache line.
Result<Outcome> touch(const Prepared& file) {
    constexpr std::size_t line_bytes = 64;
    Outcome outcome;
    const Bytes bytes = base::as_bytes(file.recording->bytes);
    for (std::size_t at = 0; at + sizeof(std::uint64_t) <= bytes.size(); at += line_bytes) {
        outcome.checksum += base::load_le<std::uint64_t>(bytes.data() + at);
    }
    return outcome;
}

Result<Outcome> split_rows(const Prepared& file) {
    Outcome outcome;
    const auto split = [&](const Tables::Table& table, const RowsEvent& rows) -> Result<void> {
        RowCursor cursor(table.layout, rows);
        while (true) {
            auto next = cursor.next();
            if (!next) return forward_error(next);
            if (!*next) return {};
            outcome.add((*next)->before.size() + (*next)->after.size());
        }
    };
    PENSTOCK_TRY(for_rows(file, split));
    return outcome;
}

auto hash_rows(Outcome& outcome) {
    return [&outcome](const Tables::Table& table, const RowsEvent& rows) -> Result<void> {
        KeyCursor cursor(table.layout, table.hasher, rows);
        while (true) {
            PENSTOCK_ASSIGN(const bool is_row, cursor.next());
            if (!is_row) return {};
            const KeyedRow& row = cursor.row();
            outcome.add(row.before.key_hash + row.after.key_hash);
            outcome.add(row.before.image.size() + row.after.image.size());
            ++outcome.rows;
        }
    };
}

Result<Outcome> hash_keys(const Prepared& file) {
    Outcome outcome;
    PENSTOCK_TRY(for_rows(file, hash_rows(outcome)));
    return outcome;
}

// Every column of every image; the checksum looks at each value.
class Materialiser {
public:
    Result<void> operator()(const Tables::Table& table, const RowsEvent& rows) {
        Bytes rest = rows.rows;
        while (!rest.empty()) {
            if (has_before_image(rows.kind)) {
                PENSTOCK_ASSIGN(rest, take(table, rest, rows.columns_before));
            }
            if (has_after_image(rows.kind)) {
                PENSTOCK_ASSIGN(rest, take(table, rest, rows.columns_after));
            }
        }
        return {};
    }
    [[nodiscard]] const Outcome& outcome() const { return outcome_; }

private:
    Result<Bytes> take(const Tables::Table& table, Bytes rest, Bytes columns_present) {
        PENSTOCK_ASSIGN(const std::size_t bytes,
                        decode_image(table.layout, table.types, rest, columns_present, values_));
        for (const Value& value : values_) outcome_.add(value.number + value.bytes.size());
        return rest.subspan(bytes);
    }

    Outcome outcome_;
    std::vector<Value> values_;
};

Result<Outcome> materialise(const Prepared& file) {
    Materialiser materialiser;
    PENSTOCK_TRY(for_rows(file, std::ref(materialiser)));
    return materialiser.outcome();
}

Result<Outcome> hash_keys_of_file(const Prepared& file, ChecksumPolicy policy) {
    Outcome outcome;
    RowsFinder find(hash_rows(outcome));
    PENSTOCK_TRY(for_events(file.recording->bytes, policy, find));
    return outcome;
}

Result<Outcome> walk(const Prepared& file) {
    return hash_keys_of_file(file, ChecksumPolicy::trust);
}

Result<Outcome> decode(const Prepared& file) {
    return hash_keys_of_file(file, ChecksumPolicy::verify);
}

Result<Outcome> encode(const Prepared& file) {
    Outcome outcome;
    BinlogStatementBuilder builder;
    const auto finish = [&] { outcome.add(builder.finish().size()); };
    const auto pack = [&](const Tables::Table& table, const RowsEvent& rows) -> Result<void> {
        if (builder.is_full() || !builder.fits(rows.flags)) finish();
        return builder.add_rows(builder.add_table(table.map), rows);
    };
    PENSTOCK_TRY(for_rows(file, pack));
    if (!builder.empty()) finish();
    return outcome;
}

using Suite = Result<Outcome> (*)(const Prepared& file);

void run(benchmark::State& state, Suite suite, const Prepared& file) {
    Outcome outcome;
    for (auto _ : state) {
        auto result = suite(file);
        if (!result) return state.SkipWithError(result.error().text.c_str());
        outcome = *result;
    }
    const auto per_second = [&](std::uint64_t count) {
        return benchmark::Counter(static_cast<double>(count),
                                  benchmark::Counter::kIsIterationInvariantRate);
    };
    state.SetBytesProcessed(static_cast<std::int64_t>(file.recording->bytes.size()) *
                            state.iterations());
    state.counters["rows/s"] = per_second(file.rows);
    state.counters["events/s"] = per_second(file.events.size());
    state.SetLabel("checksum " + std::to_string(outcome.checksum));
}

Result<Prepared> prepare(const Recording& recording) {
    Prepared file{&recording, {}, {}, 0};
    EventReader reader(base::as_bytes(recording.bytes));
    while (true) {
        PENSTOCK_ASSIGN(const std::optional<EventView> event, reader.next());
        if (!event) break;
        file.events.push_back(*event);
        const EventType type = event->header.type;
        if (type == EventType::table_map || is_rows(type)) file.row_events.push_back(*event);
    }
    PENSTOCK_ASSIGN(const Outcome counted, hash_keys(file));
    file.rows = counted.rows;
    return file;
}

void register_all(const std::vector<Prepared>& files) {
    constexpr std::pair<const char*, Suite> suites[] = {{"touch", touch},
                                                        {"scan_headers", scan_headers},
                                                        {"verify_checksums", verify_checksums},
                                                        {"split_rows", split_rows},
                                                        {"hash_keys", hash_keys},
                                                        {"materialise", materialise},
                                                        {"walk", walk},
                                                        {"decode", decode},
                                                        {"encode", encode}};
    for (const auto& [name, suite] : suites) {
        for (const Prepared& file : files) {
            const std::string title = std::string(name) + "/" + file.recording->name;
            benchmark::RegisterBenchmark(title.c_str(), [suite = suite,
                                                         &file](benchmark::State& state) {
                run(state, suite, file);
            })->Unit(benchmark::kMillisecond);
        }
    }
}

int run_all() {
    const std::vector<Recording> all = recordings();
    std::vector<Prepared> files;
    for (const Recording& recording : all) {
        auto file = prepare(recording);
        if (!file) {
            std::fprintf(stderr, "%s: %s\n", recording.name.c_str(), file.error().text.c_str());
            return 1;
        }
        files.push_back(std::move(*file));
    }
    register_all(files);
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}

}  // namespace
}  // namespace penstock::bench

int main(int argc, char** argv) {
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
    const int status = penstock::bench::run_all();
    benchmark::Shutdown();
    return status;
}
