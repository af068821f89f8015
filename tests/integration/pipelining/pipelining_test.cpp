// Pipelined statements on a real server, which server.h names.

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <string>

#include "mysql/errors.h"
#include "mysql/pipeline.h"
#include "pipelining/server.h"

namespace penstock::mysql {
namespace {

class Pipelining : public testing::Test {
protected:
    void SetUp() override {
        execute(observer_, "DROP TABLE IF EXISTS t");
        execute(observer_, "CREATE TABLE t (id INT PRIMARY KEY, v LONGTEXT) ENGINE=InnoDB");
    }

    static void execute(Connection& connection, const std::string& sql) {
        const auto done = connection.execute(sql);
        ASSERT_TRUE(done) << done.error().text;
    }

    std::string value(const std::string& sql) {
        const auto found = observer_.query_value(sql);
        return found ? found->value_or("NULL") : found.error().text;
    }

    Connection observer_ = open_test_connection();
    Connection connection_ = open_test_connection();
    Pipeline pipeline_{connection_, {.depth = pipeline_depth_max}};
};

TEST_F(Pipelining, IsFoundToWorkAsDeepAsWanted) {
    const auto depth = probe_pipeline_depth(test_server(), 17);
    ASSERT_TRUE(depth) << depth.error().text;
    EXPECT_EQ(*depth, 17U);
    EXPECT_EQ(probe_pipeline_depth(test_server(), 1).value(), 1U);
}

TEST_F(Pipelining, WorksOverTlsToo) {
    Endpoint endpoint = test_server();
    endpoint.tls = TlsMode::required;
    SessionOptions options;
    options.database = "pipelining";
    auto connection = Connection::open(endpoint, options);
    if (!connection) {  // as MariaDB's throwaway server
        EXPECT_EQ(connection.error().code, error_tls) << connection.error().text;
        GTEST_SKIP() << "a server without TLS";
    }
    ASSERT_TRUE(connection->encrypted());
    EXPECT_EQ(probe_pipeline_depth(endpoint, 8).value(), 8U);
    Pipeline pipeline(*connection, {.depth = pipeline_depth_max});
    const std::string large(200'000, 'v');
    for (int id = 1; id <= 100; ++id) {
        const std::string sql = fmt::format("INSERT INTO t VALUES ({}, '{}')", id % 90, large);
        while (!pipeline.accepts(sql.size())) EXPECT_TRUE(pipeline.receive());
        ASSERT_TRUE(pipeline.send(sql));
    }
    std::size_t failed = 0;
    while (pipeline.in_flight() > 0) failed += pipeline.receive() ? 0 : 1;
    EXPECT_EQ(failed, 10U);
    EXPECT_EQ(value("SELECT COUNT(*) FROM t"), "90");
}

TEST_F(Pipelining, AnswersComeInOrderAndAnErrorIsThatOfItsStatement) {
    for (std::size_t i = 0; i < pipeline_depth_max; ++i) {
        ASSERT_TRUE(pipeline_.accepts(100));
        const std::size_t id = i % 10 == 7 ? 0 : i;  // each tenth repeats the first key
        const auto sent = pipeline_.send(fmt::format("INSERT INTO t VALUES ({}, 'x')", id));
        ASSERT_TRUE(sent) << sent.error().text;
    }
    EXPECT_FALSE(pipeline_.accepts(1));
    for (std::size_t i = 0; i < pipeline_depth_max; ++i) {
        const auto answer = pipeline_.receive();
        EXPECT_EQ(answer.has_value(), i % 10 != 7) << i;
        if (answer) {
            EXPECT_EQ(*answer, 1U);
        } else {
            EXPECT_EQ(connection_.last_error_number(), 1062U);
        }
    }
    EXPECT_EQ(pipeline_.in_flight(), 0U);
    EXPECT_EQ(value("SELECT COUNT(*) FROM t"), "58");
    execute(connection_, "DELETE FROM t");  // an ordinary statement again
}

// Neither side may wait for the other to read: not where statements fill all buffers, and not where
// each answer is as long as an answer can be.
TEST_F(Pipelining, LargeStatementsAndLongAnswersDoNotBlockEachOther) {
    const std::string long_name(500, 'n');
    const std::string large(1024 * 1024, 'v');
    std::size_t failed = 0;
    std::size_t id = 0;
    const auto receive = [&] { failed += pipeline_.receive() ? 0 : 1; };
    for (int round = 0; round < 40; ++round) {
        const std::string sql =
            round % 2 == 0
                ? fmt::format("INSERT INTO t VALUES ({}, '{}')", ++id, large)
                : fmt::format("SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT='{:.128}'", long_name);
        while (!pipeline_.accepts(sql.size())) receive();
        ASSERT_TRUE(pipeline_.send(sql));
    }
    while (pipeline_.in_flight() > 0) receive();
    EXPECT_EQ(failed, 20U);
    EXPECT_EQ(value("SELECT COUNT(*) FROM t WHERE LENGTH(v) = 1048576"), "20");
    // All that may be in flight at once, with nobody reading answers meanwhile.
    const std::string unknown = fmt::format("DELETE FROM `{:.64}`.`{:.64}`", long_name, long_name);
    while (pipeline_.accepts(unknown.size())) ASSERT_TRUE(pipeline_.send(unknown));
    EXPECT_EQ(pipeline_.in_flight(), pipeline_depth_max);
    while (pipeline_.in_flight() > 0) EXPECT_FALSE(pipeline_.receive());
}

TEST_F(Pipelining, BytesInFlightAreBoundedButALargerStatementGoesAlone) {
    Pipeline narrow(connection_, {.depth = 8, .bytes = 1000});
    EXPECT_TRUE(narrow.accepts(1'000'000));
    ASSERT_TRUE(narrow.send("INSERT INTO t VALUES (1, '" + std::string(100'000, 'v') + "')"));
    EXPECT_FALSE(narrow.accepts(1));
    EXPECT_TRUE(narrow.receive());
    ASSERT_TRUE(narrow.send("DELETE FROM t WHERE id = 1"));
    EXPECT_TRUE(narrow.accepts(900));
    EXPECT_FALSE(narrow.accepts(1000));
    EXPECT_TRUE(narrow.receive());
}

TEST_F(Pipelining, AConnectionThatIsKilledEndsAllInFlightWithATransientError) {
    execute(observer_, "START TRANSACTION");
    execute(observer_, "INSERT INTO t VALUES (5, 'mine')");
    for (int id = 1; id <= 10; ++id) {
        ASSERT_TRUE(pipeline_.send(fmt::format("INSERT INTO t VALUES ({}, 'x')", id)));
    }
    for (int id = 1; id <= 4; ++id) EXPECT_TRUE(pipeline_.receive());
    // The fifth waits for the observer's row.
    execute(observer_, fmt::format("KILL {}", connection_.id()));
    while (pipeline_.in_flight() > 0) {
        const auto answer = pipeline_.receive();
        ASSERT_FALSE(answer);
        EXPECT_EQ(answer.error().kind, ErrorKind::transient) << answer.error().text;
        EXPECT_EQ(answer.error().code, error_connection_lost) << answer.error().text;
    }
    const auto sent = pipeline_.send("DELETE FROM t");
    ASSERT_FALSE(sent);
    EXPECT_EQ(sent.error().kind, ErrorKind::transient);
    execute(observer_, "ROLLBACK");
    EXPECT_EQ(value("SELECT GROUP_CONCAT(id ORDER BY id) FROM t"), "1,2,3,4");
}

TEST_F(Pipelining, RowsAreAnErrorAndTheNextAnswerIsThatOfTheNextStatement) {
    ASSERT_TRUE(pipeline_.send("SELECT 1 UNION SELECT 2"));
    ASSERT_TRUE(pipeline_.send("INSERT INTO t VALUES (1, 'x'), (2, 'x')"));
    const auto rows = pipeline_.receive();
    ASSERT_FALSE(rows);
    EXPECT_EQ(rows.error().code, error_pipeline);
    EXPECT_EQ(pipeline_.receive().value(), 2U);
}

}  // namespace
}  // namespace penstock::mysql
