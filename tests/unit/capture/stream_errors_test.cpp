#include "capture/stream_errors.h"

#include <gtest/gtest.h>

#include <string>

#include "capture/errors.h"

namespace penstock::capture {
namespace {

Error error_of(std::string_view message, unsigned number = 1236) {
    std::string packet;
    base::ByteWriter(packet).le(0xFF, 1).le(number, 2).text("#HY000").text(message);
    EXPECT_FALSE(begins_event(base::as_bytes(packet)));
    return error_of_payload(base::as_bytes(packet), "db:3306");
}

TEST(StreamErrorsTest, TheEventFollowsTheStatusByte) {
    EXPECT_TRUE(begins_event(base::as_bytes(std::string_view("\0event", 6))));
}

TEST(StreamErrorsTest, TheCausesBehindError1236AreToldApart) {
    EXPECT_EQ(error_of("Could not find first log file name in binary log index file").code,
              error_binlog_purged);
    EXPECT_EQ(error_of("Cannot replicate because the source purged required binary logs.").code,
              error_binlog_purged);
    EXPECT_EQ(error_of("A replica with the same server_uuid/server_id as this replica has "
                       "connected to the source; the first event 'b.000001' at 4")
                  .code,
              error_duplicate_replica);
    EXPECT_EQ(
        error_of("A slave with the same server_uuid/server_id as this slave has connected").code,
        error_duplicate_replica);
    EXPECT_EQ(
        error_of("Client requested source to start replication from position > file size").code,
        error_source_behind);
    EXPECT_EQ(error_of("could not find next log; the first event 'b.000001' at 4").code,
              error_source_behind);
    EXPECT_EQ(error_of("Binary log is not open").code, error_binlog_off);
}

TEST(StreamErrorsTest, AnUnknownCauseIsDefiniteAndKeepsTheServersWords) {
    const Error error = error_of("bogus data in log event");
    EXPECT_EQ(error.code, error_stream_refused);
    EXPECT_EQ(error.kind, ErrorKind::definite);
    EXPECT_NE(error.text.find("bogus data in log event"), std::string::npos);
    EXPECT_NE(error.text.find("db:3306"), std::string::npos);
}

TEST(StreamErrorsTest, AnotherErrorNumberIsClassifiedLikeAnyStatements) {
    EXPECT_EQ(error_of("Server shutdown in progress", 1053).kind, ErrorKind::transient);
    EXPECT_EQ(error_of("Access denied; you need REPLICATION SLAVE", 1227).kind, ErrorKind::refused);
}

TEST(StreamErrorsTest, AnEndPacketAndGarbageAreTransient) {
    for (const std::string_view packet : {std::string_view("\xFE\0\0\2\0", 5),
                                          std::string_view("\x07what", 5), std::string_view()}) {
        EXPECT_FALSE(begins_event(base::as_bytes(packet)));
        EXPECT_EQ(error_of_payload(base::as_bytes(packet), "db").kind, ErrorKind::transient);
    }
}

}  // namespace
}  // namespace penstock::capture
