// Headers, checksums, FORMAT_DESCRIPTION, ROTATE, HEARTBEAT, GTID.

#include <gtest/gtest.h>

#include "binlog/errors.h"
#include "binlog/event_reader.h"
#include "binlog/format_description.h"
#include "binlog/gtid_event.h"
#include "binlog/heartbeat.h"
#include "binlog/rotate.h"
#include "binlog/tagged_message.h"
#include "support.h"

namespace penstock::binlog::test {
namespace {

TEST(EventHeader, is_read_field_by_field) {
    const std::string bytes = from_hex(
        "04030201"
        "1e"
        "08070605"
        "2a000000"
        "0c0b0a09"
        "8001");
    const EventHeader header = parse_event_header(base::as_bytes(bytes)).value();
    EXPECT_EQ(header.timestamp, 0x01020304U);
    EXPECT_EQ(header.type, EventType::write_rows);
    EXPECT_EQ(header.server_id, 0x05060708U);
    EXPECT_EQ(header.event_size, 42U);
    EXPECT_EQ(header.log_pos, 0x090A0B0CU);
    EXPECT_EQ(header.flags, 0x0180U);
}

TEST(EventHeader, with_an_impossible_size_is_refused) {
    for (const char* size : {"00000000", "12000000", "01000040", "ffffffff"}) {
        const std::string bytes = from_hex(
            "00000000"
            "02"
            "00000000" +
            std::string(size) +
            "00000000"
            "0000");
        EXPECT_FALSE(parse_event_header(base::as_bytes(bytes))) << size;
    }
    EXPECT_FALSE(parse_event_header({}));
}

TEST(Checksum, that_does_not_match_is_corrupt_and_names_the_event) {
    std::string event = event_bytes(EventType::xid, "12345678....");
    const auto view = view_event(base::as_bytes(event), ChecksumAlgorithm::crc32, 77);
    ASSERT_FALSE(view);
    EXPECT_EQ(view.error().kind, ErrorKind::corrupt);
    EXPECT_EQ(view.error().code, error_checksum);
    EXPECT_NE(view.error().text.find("Xid event (type 16) at offset 77"), std::string::npos);
}

TEST(FormatDescription, of_ours_reads_back) {
    const std::string event = make_format_description("9.7.4");
    const FormatDescription format = parse_format_description(base::as_bytes(event)).value();
    EXPECT_EQ(format.server_version, "9.7.4");
    EXPECT_EQ(format.checksum, ChecksumAlgorithm::none);
    EXPECT_EQ(format.post_header_bytes.size(), mysql_event_types);
    EXPECT_FALSE(format.is_mariadb);
    EXPECT_FALSE(format.in_use);
}

TEST(FormatDescription, has_the_post_header_lengths_that_a_9_6_server_writes) {
    const auto folder = binlog_folder();
    if (!folder) GTEST_SKIP() << "no folder of real binlog files";
    const std::string bytes =
        read_file(*folder / "mysql_common/binlog_transaction_with_GTID_TAG.000001");
    EventReader reader(base::as_bytes(bytes));
    ASSERT_TRUE(reader.next().value());
    const std::string ours = make_format_description("9.6.0");
    EXPECT_EQ(reader.format()->post_header_bytes,
              parse_format_description(base::as_bytes(ours)).value().post_header_bytes);
}

TEST(FormatDescription, that_is_damaged_is_refused_at_every_byte) {
    std::string good = make_format_description("9.7.4");
    good[good.size() - checksum_bytes - 1] = static_cast<char>(ChecksumAlgorithm::crc32);
    good.resize(good.size() - checksum_bytes);
    base::ByteWriter(good).le(crc32(base::as_bytes(good)), checksum_bytes);
    ASSERT_TRUE(parse_format_description(base::as_bytes(good)));
    for (std::size_t i = 0; i < good.size(); ++i) {
        std::string bad = good;
        bad[i] = static_cast<char>(bad[i] ^ 0x40);
        EXPECT_FALSE(parse_format_description(base::as_bytes(bad))) << i;
    }
}

TEST(FormatDescription, of_a_file_without_checksums_may_have_been_changed_by_the_dump_thread) {
    std::string event = make_format_description("9.7.4");
    event[event_header_bytes + 52] = 1;  // the creation time
    EXPECT_EQ(parse_format_description(base::as_bytes(event)).value().checksum,
              ChecksumAlgorithm::none);
}

TEST(FormatDescription, keeps_its_checksum_while_the_file_is_in_use) {
    std::string event = make_format_description("9.7.4");
    event[event_flags_offset] = static_cast<char>(event_in_use_flag);
    EXPECT_TRUE(parse_format_description(base::as_bytes(event)).value().in_use);
}

TEST(EventReader, asks_for_more_bytes_until_an_event_is_whole) {
    std::string file(reinterpret_cast<const char*>(binlog_magic.data()), binlog_magic.size());
    file += make_format_description("9.7.4");
    file += event_bytes(EventType::xid, "12345678");
    for (std::size_t known = 0; known < file.size(); ++known) {
        const std::string part = file.substr(0, known);
        EventReader reader(base::as_bytes(part));
        while (reader.next().value()) {
        }
        EXPECT_LT(reader.rest().size(), reader.bytes_wanted());
        const Bytes whole = base::as_bytes(file);
        reader.continue_with(whole.subspan(part.size() - reader.rest().size()));
        EventType last = EventType::unknown;
        while (const auto event = reader.next().value()) last = event->header.type;
        EXPECT_EQ(last, EventType::xid);
        EXPECT_TRUE(reader.rest().empty());
        EXPECT_EQ(reader.offset(), file.size());
    }
}

TEST(EventReader, starts_inside_of_a_file) {
    const FormatDescription format;
    const std::string event = event_bytes(EventType::xid, "12345678");
    EventReader reader(base::as_bytes(event), 4096, format);
    EXPECT_EQ(reader.next().value()->offset, 4096U);
    EXPECT_EQ(reader.offset(), 4096 + event.size());
}

TEST(EventReader, refuses_what_is_no_binlog) {
    EXPECT_FALSE(EventReader(base::as_bytes("\xFD"
                                            "bin and more"))
                     .next());
    const std::string headless =
        "\xFE"
        "bin" +
        event_bytes(EventType::xid, "12345678");
    EXPECT_FALSE(EventReader(base::as_bytes(headless)).next());
}

TEST(Rotate, says_file_and_position) {
    const std::string event =
        event_bytes(EventType::rotate, from_hex("0400000001000000") + "binlog.000007");
    const RotateEvent rotate = parse_rotate(view_of(event)).value();
    EXPECT_EQ(rotate.position, 0x100000004U);
    EXPECT_EQ(rotate.file, "binlog.000007");
    EXPECT_FALSE(parse_rotate(view_of(event_bytes(EventType::rotate, "12345678"))));
    EXPECT_FALSE(parse_rotate(view_of(event_bytes(EventType::rotate, "1234567"))));
}

TEST(Heartbeat, of_the_second_version_says_positions_beyond_4_gib) {
    const std::string body = from_hex("01") +
                             "\x03"
                             "b.1" +
                             from_hex(
                                 "02"
                                 "09"
                                 "fe0000000001000000"
                                 "00");
    const std::string event = event_bytes(EventType::heartbeat_v2, body);
    const Heartbeat heartbeat = parse_heartbeat(view_of(event)).value();
    EXPECT_EQ(heartbeat.file, "b.1");
    EXPECT_EQ(heartbeat.position, 0x100000000U);
    const std::string old = event_bytes(EventType::heartbeat, "b.000002");
    EXPECT_EQ(parse_heartbeat(view_of(old)).value().file, "b.000002");
}

TEST(Gtid, of_8_0_has_times_and_length) {
    const std::string body = from_hex(
        "00"
        "00112233445566778899aabbccddeeff"
        "0500000000000000"
        "02"
        "0100000000000000"
        "0200000000000000"
        "01000000000080"
        "02000000000000"
        "fc2c01"
        "00000000");
    const std::string event = event_bytes(EventType::gtid, body);
    const GtidEvent gtid = parse_gtid(view_of(event)).value();
    EXPECT_EQ(gtid.gtid.to_string(), "00112233-4455-6677-8899-aabbccddeeff:5");
    EXPECT_EQ(gtid.last_committed, 1);
    EXPECT_EQ(gtid.sequence_number, 2);
    EXPECT_EQ(gtid.immediate_commit_timestamp_us, 1U);
    EXPECT_EQ(gtid.original_commit_timestamp_us, 2U);
    EXPECT_EQ(gtid.transaction_length, 300U);
    EXPECT_FALSE(gtid.anonymous);
}

TEST(Gtid, without_a_number_is_refused_unless_anonymous) {
    const std::string body = std::string(25, '\0');
    EXPECT_FALSE(parse_gtid(view_of(event_bytes(EventType::gtid, body))));
    const std::string anonymous = event_bytes(EventType::anonymous_gtid, body);
    EXPECT_TRUE(parse_gtid(view_of(anonymous)).value().anonymous);
    EXPECT_FALSE(parse_gtid(view_of(event_bytes(EventType::gtid, body.substr(1)))));
}

TEST(VarlenNumbers, read_back_at_every_width) {
    for (unsigned bits = 0; bits < 64; ++bits) {
        for (const std::uint64_t value : {std::uint64_t{1} << bits, (std::uint64_t{1} << bits) - 1,
                                          ~std::uint64_t{0} >> bits}) {
            std::string bytes;
            append_varlen(bytes, value);
            base::ByteReader reader(base::as_bytes(bytes));
            EXPECT_EQ(read_varlen(reader), value);
            EXPECT_TRUE(reader.ok());
            EXPECT_EQ(reader.remaining(), 0U);
        }
    }
}

TEST(VarlenNumbers, are_as_the_format_documents_them) {
    // 65535 unsigned, 65535, -65535 and -65536 signed: examples of the library's readme.
    const std::array<std::pair<const char*, std::int64_t>, 3> signed_examples{
        {{"f3ff0f", 65535}, {"ebff0f", -65535}, {"fbff0f", -65536}}};
    const std::string unsigned_example = from_hex("fbff07");
    base::ByteReader reader(base::as_bytes(unsigned_example));
    EXPECT_EQ(read_varlen(reader), 65535U);
    for (const auto& [hex, value] : signed_examples) {
        const std::string bytes = from_hex(hex);
        base::ByteReader signed_reader(base::as_bytes(bytes));
        EXPECT_EQ(read_varlen_signed(signed_reader), value);
    }
}

}  // namespace
}  // namespace penstock::binlog::test
