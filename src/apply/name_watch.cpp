#include "apply/name_watch.h"

#include <fmt/format.h>

#include "apply/decode_ahead.h"
#include "apply/errors.h"
#include "apply/stream_decoder.h"
#include "relay/reader.h"

namespace penstock::apply {
namespace {

class Watcher final : public StreamSink {
public:
    explicit Watcher(const TableNames& tables) : tables_(tables) {}

    Result<void> begin(const TransactionStart& transaction) override {
        transaction_ = transaction;
        return {};
    }
    Result<void> table_map(const binlog::TableMap&, base::Bytes) override { return {}; }
    Result<void> rows(const binlog::RowsEvent&) override { return {}; }
    Result<void> statement(const schema::StreamStatement& statement) override {
        const schema::Statement parsed =
            schema::classify(statement.sql, statement.default_schema,
                             schema::lexical_mode(statement.sql_mode.value_or(0)));
        const auto table = rebound_table(parsed, tables_);
        if (!table) return {};
        return table_rebound(
            *table, fmt::format("transaction at {}, GTID {}", transaction_.position.to_string(),
                                transaction_.gtid.to_string()));
    }
    Result<void> end(const relay::Position&) override { return {}; }

private:
    const TableNames& tables_;
    TransactionStart transaction_;
};

}  // namespace

std::optional<schema::ObjectName> rebound_table(const schema::Statement& statement,
                                                const TableNames& tables) {
    if (statement.kind != schema::StatementClass::table) return std::nullopt;
    const bool rebinds = statement.verb == schema::Verb::rename || statement.renames ||
                         (statement.verb == schema::Verb::alter && statement.objects.size() > 1);
    if (!rebinds) return std::nullopt;
    for (const schema::ObjectName& object : statement.objects) {
        if (tables.contains({object.schema, object.name})) return object;
    }
    return std::nullopt;
}

tl::unexpected<Error> table_rebound(const schema::ObjectName& table, const std::string& where) {
    return fail(
        ErrorKind::definite, error_table_rebound,
        fmt::format("table {}.{} was renamed, swapped or dropped together with others while "
                    "the full migration ran ({}): the copy can't be reconciled with that",
                    table.schema, table.name, where),
        "empty the destination and start the task over, without such DDL during the copy");
}

Result<void> watch_names(const relay::RelayLog& relay, const relay::Position& from,
                         const GtidSet& before, const TableNames& tables,
                         const std::stop_token& stop) {
    relay::Reader reader(relay);
    PENSTOCK_TRY(reader.open(from));
    Watcher watcher(tables);
    StreamDecoder decoder(before, watcher);
    DecodeStats stats;
    DecodeAhead events(reader, 0, stats);
    while (true) {
        const auto event = events.next(stop);
        if (!event && event.error().kind == ErrorKind::cancelled) return {};
        if (!event) return tl::unexpected<Error>(event.error());
        PENSTOCK_TRY(decoder.feed(*event));
    }
}

}  // namespace penstock::apply
