// What is refused by name, and what only comes over the wire.

#include <gtest/gtest.h>

#include "binlog/errors.h"
#include "binlog/event_reader.h"
#include "binlog/gtid_event.h"
#include "binlog/heartbeat.h"
#include "support.h"

namespace penstock::binlog::test {
namespace {

const std::string magic(reinterpret_cast<const char*>(binlog_magic.data()), binlog_magic.size());

Error refusal(const std::string& file) {
    EventReader reader(base::as_bytes(file));
    while (true) {
        const auto event = reader.next();
        if (!event) return event.error();
        EXPECT_TRUE(*event) << "the file was read to its end";
        if (!*event) return Error{};
    }
}

TEST(EventReader, refuses_binlogs_before_5_0_by_name) {
    std::string body;
    base::ByteWriter(body).le(3, 2).text("4.1.22-log" + std::string(40, '\0')).le(0, 4);
    const Error error = refusal(magic + event_bytes(EventType::start_v3, body));
    EXPECT_EQ(error.code, error_unsupported_format);
    EXPECT_EQ(error.kind, ErrorKind::refused);
    EXPECT_NE(error.text.find("Start_v3 event (type 1) at offset 4: the binlog is of MySQL 4.1"),
              std::string::npos)
        << error.text;
}

TEST(EventReader, refuses_an_encrypted_mysql_file_by_name) {
    const Error error = refusal(
        "\xFD"
        "bin and what nobody can read");
    EXPECT_EQ(error.code, error_encrypted);
    EXPECT_NE(error.text.find("binlog_encryption"), std::string::npos);
}

// The FORMAT_DESCRIPTION of a real file, and then the event.
std::string mariadb_file(const std::string& event) {
    const std::string recorded = recorded_file("mariadb-10.11.binlog");
    EventReader reader(base::as_bytes(recorded));
    const EventView format = reader.next().value().value();
    return recorded.substr(0, magic.size() + format.whole.size()) + event;
}

std::string checksummed(EventType type, const std::string& body) {
    std::string event = event_bytes(type, body + "....");
    const std::uint32_t sum = crc32(base::as_bytes(event).first(event.size() - checksum_bytes));
    base::store_le(reinterpret_cast<std::uint8_t*>(event.data()) + event.size() - checksum_bytes,
                   sum, checksum_bytes);
    return event;
}

TEST(EventReader, refuses_an_encrypted_mariadb_file_by_name) {
    const std::string start =
        checksummed(EventType::mariadb_start_encryption, from_hex("0105000000") + "123456789012");
    const Error error = refusal(mariadb_file(start) + "what nobody can read");
    EXPECT_EQ(error.code, error_encrypted);
    EXPECT_NE(error.text.find("Start_encryption event (type 164) at offset 256"), std::string::npos)
        << error.text;
}

TEST(FormatDescription, of_mariadb_says_so) {
    const std::string file = recorded_file("mariadb-10.11.binlog");
    EventReader reader(base::as_bytes(file));
    ASSERT_TRUE(reader.next().value());
    EXPECT_EQ(reader.format()->flavour(), Flavour::mariadb);
    EXPECT_EQ(reader.format()->checksum, ChecksumAlgorithm::crc32);
    const std::string of_mysql = recorded_file("mysql-9.7.binlog");
    EventReader other(base::as_bytes(of_mysql));
    ASSERT_TRUE(other.next().value());
    EXPECT_EQ(other.format()->flavour(), Flavour::mysql);
}

TEST(FormatDescription, with_another_layout_of_mariadbs_events_is_refused) {
    std::string file = recorded_file("mariadb-10.11.binlog");
    auto* bytes = reinterpret_cast<std::uint8_t*>(file.data());
    const std::size_t event_bytes = 256 - magic.size();
    const std::size_t lengths_at = magic.size() + event_header_bytes + 57;
    bytes[lengths_at + static_cast<std::size_t>(EventType::mariadb_gtid) - 1] = 21;
    const Bytes event = base::as_bytes(file).subspan(magic.size(), event_bytes);
    base::store_le(bytes + 256 - checksum_bytes, crc32(event.first(event_bytes - checksum_bytes)),
                   checksum_bytes);
    const Error error = refusal(file);
    EXPECT_EQ(error.code, error_unsupported_format);
    EXPECT_NE(error.text.find("Gtid (MariaDB) events have a post-header of 21 bytes instead of 19"),
              std::string::npos)
        << error.text;
}

// As received from a MySQL 9.7.4 server by COM_BINLOG_DUMP with the flag for the second version.
TEST(Heartbeat, of_a_real_server_in_its_second_version) {
    const std::string event = from_hex(
        "0000000029566c00002a000000f60000000000010d62696e6c6f672e3030303030330201f600226a17ef");
    const EventView view = view_event(base::as_bytes(event), ChecksumAlgorithm::crc32).value();
    const Heartbeat heartbeat = parse_heartbeat(view).value();
    EXPECT_EQ(heartbeat.file, "binlog.000003");
    EXPECT_EQ(heartbeat.position, 246U);
}

TEST(Heartbeat, of_a_real_server_in_its_first_version) {
    const std::string event =
        from_hex("000000001b566c000024000000f6000000000062696e6c6f672e3030303030331eb574c1");
    const EventView view = view_event(base::as_bytes(event), ChecksumAlgorithm::crc32).value();
    EXPECT_EQ(parse_heartbeat(view).value().position, 246U);
    EXPECT_EQ(parse_heartbeat(view).value().file, "binlog.000003");
}

// A header without a position says in MariaDB that 8 bytes of it come first.
TEST(Heartbeat, of_mariadb_says_positions_beyond_4_gib) {
    const std::string event =
        event_bytes(EventType::heartbeat, from_hex("0500000001000000") + "binlog.000002");
    const Heartbeat heartbeat = parse_heartbeat(view_of(event), Flavour::mariadb).value();
    EXPECT_EQ(heartbeat.position, 0x100000005U);
    EXPECT_EQ(heartbeat.file, "binlog.000002");
    EXPECT_FALSE(
        parse_heartbeat(view_of(event_bytes(EventType::heartbeat, "b.000002")), Flavour::mariadb));
    std::string near = event_bytes(EventType::heartbeat, "binlog.000002");
    near[13] = 77;  // the header's position
    EXPECT_EQ(parse_heartbeat(view_of(near), Flavour::mariadb).value().position, 77U);
}

std::string gtid_body(const std::string& tail) {
    return from_hex(
               "00"
               "00112233445566778899aabbccddeeff"
               "0500000000000000"
               "02"
               "0100000000000000"
               "0200000000000000"
               "01000000000000"
               "50") +
           tail;
}

GtidEvent gtid_of(const std::string& tail) {
    const std::string event = event_bytes(EventType::gtid, gtid_body(tail));
    return parse_gtid(view_of(event)).value();
}

TEST(Gtid, has_the_servers_versions_and_the_commit_groups_ticket) {
    EXPECT_EQ(gtid_of("").immediate_server_version, 0U);
    const GtidEvent same = gtid_of(from_hex("50620100"));
    EXPECT_EQ(same.immediate_server_version, 90704U);
    EXPECT_EQ(same.original_server_version, 90704U);
    const GtidEvent replicated =
        gtid_of(from_hex("5062018042380100"
                         "0700000000000000"));
    EXPECT_EQ(replicated.immediate_server_version, 90704U);
    EXPECT_EQ(replicated.original_server_version, 79938U);
    EXPECT_EQ(replicated.commit_group_ticket, 7U);
    EXPECT_EQ(gtid_of(from_hex("3f420f00")).immediate_server_version, 0U) << "not known";
}

}  // namespace
}  // namespace penstock::binlog::test
