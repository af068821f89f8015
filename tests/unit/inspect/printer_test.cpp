// What is printed of the recorded files: every line is JSON, and what the lines say is what the
// statements did.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "binlog/event_reader.h"
#include "inspect/event_printer.h"
#include "inspect/json_lines.h"
#include "inspect/text_lines.h"
#include "support.h"

namespace penstock::inspect {
namespace {

using Json = nlohmann::json;

std::string print(const std::string& file, EventWriter& writer) {
    EventPrinter printer(writer);
    printer.begin_file("f");
    binlog::EventReader reader(base::as_bytes(file));
    while (true) {
        const auto event = reader.next();
        if (!event) return event.error().to_string();
        if (!*event) return writer.output();
        const Result<void> printed = printer.print(**event);
        if (!printed) return printed.error().to_string();
    }
}

std::vector<Json> lines(const std::string& file) {
    JsonLines writer;
    const std::string text = print(file, writer);
    std::vector<Json> out;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = text.find('\n', at);
        if (end == std::string::npos) {
            ADD_FAILURE() << "a line without end: " << text.substr(at);
            break;
        }
        out.push_back(Json::parse(text.begin() + static_cast<std::ptrdiff_t>(at),
                                  text.begin() + static_cast<std::ptrdiff_t>(end)));
        at = end + 1;
    }
    return out;
}

std::vector<Json> of_type(const std::vector<Json>& lines, std::string_view type) {
    std::vector<Json> out;
    for (const Json& line : lines) {
        if (line["type"] == type) out.push_back(line);
    }
    return out;
}

class RecordedFile : public testing::TestWithParam<const char*> {};

TEST_P(RecordedFile, IsPrintedWholeInBothForms) {
    const std::string file = test::recorded_file(GetParam());
    const std::vector<Json> printed = lines(file);
    EXPECT_GT(printed.size(), 3U);
    std::uint64_t bytes = 4;
    for (const Json& line : printed) {
        EXPECT_EQ(line["file"], "f");
        if (!line.contains("in_payload")) bytes += line["bytes"].get<std::uint64_t>();
    }
    EXPECT_EQ(bytes, file.size());
    TextLines text;
    const std::string shown = print(file, text);
    EXPECT_EQ(shown.find("PST-"), std::string::npos) << shown.substr(shown.find("PST-"));
}

INSTANTIATE_TEST_SUITE_P(All, RecordedFile,
                         testing::Values("mysql-9.7.binlog", "mariadb-10.11.binlog",
                                         "mariadb-10.11-columns.binlog", "values-mysql-9.7.binlog",
                                         "values-mariadb-10.11.binlog", "mariadb-11.8.binlog"));

TEST(Printer, APartialUpdateShowsTheWholeDocumentWhereTheOneBeforeIsThere) {
    const auto updates =
        of_type(lines(test::recorded_file("values-mysql-9.7.binlog")), "Update_rows_partial");
    ASSERT_GT(updates.size(), 2U);
    const Json& row = updates[0]["rows"][0];
    EXPECT_EQ(row["before"]["a"]["a"], 1);
    EXPECT_EQ(row["after"]["a"]["a"], 2);
    EXPECT_EQ(row["after"]["a"]["name"], row["before"]["a"]["name"]);
    EXPECT_FALSE(row.contains("changes"));
}

TEST(Printer, APartialUpdateShowsTheChangesWhereTheDocumentBeforeIsNotThere) {
    const auto updates =
        of_type(lines(test::recorded_file("mysql-9.7.binlog")), "Update_rows_partial");
    ASSERT_EQ(updates.size(), 1U);
    const Json& row = updates[0]["rows"][0];
    EXPECT_EQ(row["changes"],
              Json::parse(R"({"j": [{"operation": "replace", "path": "$.a", "value": 2}]})"));
}

TEST(Printer, TheDocumentNullIsNotTakenForNull) {
    bool met_document = false;
    bool met_null = false;
    for (const Json& event :
         of_type(lines(test::recorded_file("values-mysql-9.7.binlog")), "Write_rows")) {
        if (event["table"] != "documents") continue;
        for (const Json& row : event["rows"]) {
            if (!row["after"]["j"].is_null()) {
                EXPECT_FALSE(row.contains("null_documents"));
                continue;
            }
            const bool document = row.contains("null_documents");
            (document ? met_document : met_null) = true;
            if (document) {
                EXPECT_EQ(row["null_documents"], Json::parse(R"({"after": ["j"]})"));
            }
        }
    }
    EXPECT_TRUE(met_document);
    EXPECT_TRUE(met_null);
}

TEST(Printer, OfAnEventThatCannotBeReadNothingIsWritten) {
    const auto file = test::real_file("mysql_common/bug40482-bin.000001");
    if (!file) GTEST_SKIP() << "the folder of real files is absent";
    JsonLines writer;
    const std::string error = print(*file, writer);
    EXPECT_NE(error.find("Incident event (type 26) at offset 106: incident 66"), std::string::npos)
        << error;
    EXPECT_EQ(error.find("offset"), error.rfind("offset")) << error;
    EXPECT_TRUE(writer.output().ends_with("}\n")) << writer.output();
}

TEST(Printer, MariadbsCompressedRowsAreShownAsTheirRows) {
    const auto inserts =
        of_type(lines(test::recorded_file("mariadb-10.11.binlog")), "Write_rows_compressed_v1");
    ASSERT_FALSE(inserts.empty());
    const Json& row = inserts[0]["rows"][0]["after"];
    EXPECT_EQ(row["id"], 1);
    EXPECT_EQ(row["s"].get<std::string>().size(), 270U);
    EXPECT_EQ(row["e"], "y");
    EXPECT_EQ(row["f"], "a,b");
}

TEST(Printer, EventsOfACompressedTransactionFollowIt) {
    const std::vector<Json> printed = lines(test::recorded_file("mysql-9.7.binlog"));
    const auto payloads = of_type(printed, "Transaction_payload");
    ASSERT_EQ(payloads.size(), 1U);
    std::size_t inside = 0;
    for (const Json& line : printed) {
        if (!line.contains("in_payload")) continue;
        EXPECT_EQ(line["offset"], payloads[0]["offset"]);
        ++inside;
    }
    EXPECT_GE(inside, 3U);
}

// A User_var event of a string, as JSON.
Json user_variable(std::string_view value, std::uint32_t collation) {
    std::string file;
    base::ByteWriter(file).le(0, 4).le(14, 1).le(1, 4);
    base::ByteWriter(file).le(34 + value.size(), 4).le(0, 4).le(0, 2);
    base::ByteWriter(file).le(1, 4).text("v").le(0, 1).le(0, 1).le(collation, 4);
    base::ByteWriter(file).le(value.size(), 4).text(value);
    binlog::EventView event;
    event.whole = base::as_bytes(file);
    event.header = binlog::load_event_header(event.whole.data());
    event.body = event.whole.subspan(binlog::event_header_bytes);
    JsonLines writer;
    EventPrinter printer(writer);
    printer.begin_file("f");
    const Result<void> printed = printer.print(event);
    EXPECT_TRUE(printed) << printed.error().text;
    return Json::parse(writer.output());
}

TEST(Printer, AVariablesBytesAreToldFromTextThatLooksLikeThem) {
    EXPECT_EQ(user_variable("\\xFF", 33)["value"], "\\xFF");
    EXPECT_EQ(user_variable("\xFF", 8)["value"], Json::parse(R"({"hex": "ff"})"));
    EXPECT_EQ(user_variable("a", 63)["value"], Json::parse(R"({"hex": "61"})"));
    EXPECT_EQ(user_variable("a", 33)["collation"], 33);
}

TEST(Printer, RowsWithoutTheirTableMapAreAnError) {
    const std::string file = test::recorded_file("mysql-9.7.binlog");
    JsonLines writer;
    EventPrinter printer(writer);
    printer.begin_file("f");
    binlog::EventReader reader(base::as_bytes(file));
    while (const auto event = reader.next().value()) {
        if (!binlog::is_rows(event->header.type)) continue;
        const Result<void> printed = printer.print(*event);
        ASSERT_FALSE(printed.has_value());
        EXPECT_NE(printed.error().text.find("table map is missing"), std::string::npos);
        return;
    }
    FAIL() << "no rows event";
}

}  // namespace
}  // namespace penstock::inspect
