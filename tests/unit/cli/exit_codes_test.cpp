#include "cli/exit_codes.h"

#include <gtest/gtest.h>
#include <set>

#include "apply/errors.h"
#include "base/errors.h"
#include "gate/errors.h"
#include "mysql/errors.h"
#include "relay/errors.h"
#include "snapshot/errors.h"
#include "task/errors.h"

namespace penstock::cli {
namespace {

ExitCode code_of(ErrorCode code, ErrorKind kind = ErrorKind::definite) {
    return exit_code(Error{kind, code, "", ""});
}

TEST(ExitCodes, NumbersAreThePublishedOnes) {
    EXPECT_EQ(code_of(task::error_task_file), 3);
    EXPECT_EQ(code_of(task::error_precheck_failed), 4);
    EXPECT_EQ(code_of(task::error_already_running), 6);
    EXPECT_EQ(code_of(task::error_fenced), 8);
    EXPECT_EQ(code_of(apply::error_fenced), 8);
    EXPECT_EQ(code_of(snapshot::error_fenced), 8);
    EXPECT_EQ(code_of(task::error_unknown_key), 10);
    EXPECT_EQ(code_of(task::error_bad_value), 11);
    EXPECT_EQ(code_of(task::error_secret_missing), 12);
    EXPECT_EQ(code_of(task::error_same_server), 13);
    EXPECT_EQ(code_of(mysql::error_unreachable), 14);
    EXPECT_EQ(code_of(mysql::error_access_denied), 15);
    EXPECT_EQ(code_of(task::error_binlog_unusable), 16);
    EXPECT_EQ(code_of(relay::error_foreign_relay), 17);
    EXPECT_EQ(code_of(task::error_rights_missing), 18);
    EXPECT_EQ(code_of(task::error_destination_not_empty), 19);
    EXPECT_EQ(code_of(gate::error_already_open), 20);
    EXPECT_EQ(code_of(base::error_cancelled, ErrorKind::cancelled), 130);
}

TEST(ExitCodes, AnUnlistedErrorIsOneAndCancellationIs130) {
    EXPECT_EQ(code_of(ErrorCode{9999}), 1);
    EXPECT_EQ(code_of(ErrorCode{9999}, ErrorKind::cancelled), 130);
}

TEST(ExitCodes, TableNamesEachCodeOnce) {
    std::set<int> seen;
    for (const ExitCodeMeaning& entry : exit_code_table) {
        EXPECT_TRUE(seen.insert(entry.code).second) << entry.code;
        EXPECT_FALSE(entry.meaning.empty());
    }
    EXPECT_NE(exit_code_help().find("130  stopped"), std::string::npos);
}

}  // namespace
}  // namespace penstock::cli
