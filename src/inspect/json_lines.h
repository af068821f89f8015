// JsonLines: events as JSON lines, one line an event.
//
//   {"file": "binlog.000007", "offset": 1234, "bytes": 54, "type": "Write_rows",
//    "time": "2026-11-22T17:00:00Z", "server_id": 1, …}
//
// "in_payload": true for an event of a compressed transaction, whose offset is that of the
// Transaction_payload. Then what the type has (event_fields.h), names as there. Table_map has
// "columns": [{"name", "type", "unsigned", "collation", "nullable", "members"}], members being
// those of an ENUM or SET as far as the log has them, written as the column's values are.
//
// Rows events have "rows", of each row "before" and "after" as far as the event has them: an object
// of names and values (value_json.h), a column without a name being "@1" and so on. A null there is
// SQL's NULL, unless the row's "null_documents": {"before": [name], "after": [name]} names the
// column: then it is the JSON document null. Where a JSON document was logged as changes and the
// document before is not there, the row has "changes": {name: [{"operation", "path", "value"}]}.
#pragma once

#include <span>

#include "inspect/event_time.h"
#include "inspect/event_writer.h"

namespace penstock::inspect {

class JsonLines final : public EventWriter {
public:
    void begin_event(const EventHeading& heading) override;
    void text(std::string_view name, std::string_view value) override;
    void bytes(std::string_view name, std::string_view value, bool is_binary) override;
    void number(std::string_view name, std::uint64_t value) override;
    void integer(std::string_view name, std::int64_t value) override;
    void flag(std::string_view name, bool value) override;
    void columns(const Table& table) override;
    void begin_rows() override;
    Result<void> row(const Table& table, binlog::RowsKind kind, const RowReader& row) override;
    void end_rows() override;
    void end_event() override;

private:
    void name(std::string_view name);
    void members(std::span<const std::string_view> members);
    [[nodiscard]] Result<void> image(std::string_view name, const Table& table,
                                     const std::vector<binlog::Value>& values);
    [[nodiscard]] Result<void> changes(const Table& table, const RowReader& row);

    bool first_row_ = true;
    TimeText time_;
    // Of the row in hand, as JSON, without its braces.
    std::string null_documents_;
};

}  // namespace penstock::inspect
