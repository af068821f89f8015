#include "task/spec.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cstdlib>
#include <fstream>
#include <string>

#include "task/errors.h"

namespace penstock::task {
namespace {

const std::string head = R"(name = "demo"
kind = "migration"
)";
const std::string servers = R"([source]
host = "127.0.0.1"
user = "penstock"
tls = "disabled"
[destination]
host = "db.example"
user = "penstock"
)";
const std::string selection = R"([select]
databases = ["shop", "crm"]
)";

Result<TaskSpec> parse(const std::string& text) {
    return parse_spec(text, "/etc/penstock/task.toml");
}

// The error of a text, as "1102 words".
Error error_of(const std::string& text) {
    auto spec = parse(text);
    if (spec) return {ErrorKind::definite, {}, "no error", ""};
    return spec.error();
}

void expect_error(const std::string& text, ErrorCode code, const std::string& words) {
    const Error error = error_of(text);
    EXPECT_EQ(error.code.number, code.number) << error.to_string();
    EXPECT_NE(error.to_string().find(words), std::string::npos) << error.to_string();
    EXPECT_FALSE(error.remedy.empty()) << error.to_string();
}

class SecretFile {
public:
    SecretFile(const std::string& content, mode_t mode) {
        const int file = ::mkstemp(path_);
        EXPECT_EQ(::write(file, content.data(), content.size()),
                  static_cast<ssize_t>(content.size()));
        ::fchmod(file, mode);
        ::close(file);
    }
    ~SecretFile() { ::unlink(path_); }
    [[nodiscard]] std::string path() const { return path_; }

private:
    char path_[32] = "/tmp/penstock-spec-XXXXXX";
};

std::string with_password(const std::string& value) {
    return head + "[source]\nhost = \"127.0.0.1\"\nuser = \"u\"\npassword = " + value + "\n" +
           "[destination]\nhost = \"127.0.0.1\"\nuser = \"u\"\n" + selection;
}

TEST(Spec, SmallestTaskFileHasTheDocumentedDefaults) {
    const auto spec = parse(head + servers + selection);
    ASSERT_TRUE(spec) << spec.error().to_string();
    EXPECT_EQ(spec->name, "demo");
    EXPECT_EQ(spec->kind, TaskKind::migration);
    EXPECT_EQ(spec->modules, (ModuleChoice{true, true, true}));
    EXPECT_TRUE(spec->migrate_events);
    EXPECT_EQ(spec->source.endpoint.port, 3306);
    EXPECT_EQ(spec->source.server_id, derived_server_id("demo"));
    EXPECT_EQ(spec->destination.tls, mysql::TlsMode::verify_identity);
    EXPECT_EQ(spec->databases, (std::vector<std::string>{"shop", "crm"}));
    EXPECT_EQ(spec->relay.directory, "/etc/penstock/demo.relay");
    EXPECT_EQ(spec->full.connections, 4u);
    EXPECT_EQ(spec->full.chunk_rows, 20'000u);
    EXPECT_EQ(spec->incremental.group_bytes, 1024u * 1024);
    EXPECT_EQ(spec->incremental.group_transactions, 500u);
    EXPECT_EQ(spec->incremental.mode, apply::Mode::grouped);
    EXPECT_EQ(spec->incremental.pipeline_depth, 32u);
    EXPECT_EQ(spec->incremental.decode_workers, 2u);
    EXPECT_EQ(spec->gate.release, GateRelease::manual);
    EXPECT_EQ(spec->gate.fence, gate::FencePolicy::events);
    EXPECT_EQ(spec->gate.expired, gate::ExpiredPolicy::skip);
    EXPECT_EQ(spec->gate.drain_timeout, std::chrono::seconds(60));
    EXPECT_TRUE(spec->warnings.empty());
}

TEST(Spec, ModeMergedHasLargerGroupsUnlessSaid) {
    const auto merged = parse(head + servers + selection + "[incremental]\nmode = \"merged\"\n");
    ASSERT_TRUE(merged) << merged.error().to_string();
    EXPECT_EQ(merged->incremental.mode, apply::Mode::merged);
    EXPECT_EQ(merged->incremental.group_bytes, 4U << 20);
    EXPECT_EQ(merged->incremental.group_transactions, 5000U);
    const auto said = parse(head + servers + selection +
                            "[incremental]\ngroup_transactions = 7\nmode = \"merged\"\n");
    ASSERT_TRUE(said) << said.error().to_string();
    EXPECT_EQ(said->incremental.group_transactions, 7U);
}

TEST(Spec, EveryKeyIsTaken) {
    const auto spec = parse(R"(name = "a-1_b"
kind = "synchronization"
modules = ["schema", "incremental"]
migrate_events = false
[source]
host = "10.0.0.1"
port = 3310
user = "s"
tls = "verify_ca"
tls_ca = "ca.pem"
server_id = 4711
[destination]
socket = "/run/mysqld.sock"
user = "d"
[select]
databases = ["x"]
[relay]
directory = "/var/relay"
keep_size = "100MiB"
keep_age = "2h"
max_size = "20GiB"
min_free = "1GiB"
[full]
connections = 8
chunk_rows = 100
[incremental]
mode = "exact"
pipeline_depth = 1
decode_workers = 0
group_bytes = "4MiB"
group_transactions = 1
[gate]
release = "automatic"
fence = "none"
acknowledge_double_run = true
expired = "run_once"
drain_timeout = "5min"
)");
    ASSERT_TRUE(spec) << spec.error().to_string();
    EXPECT_EQ(spec->kind, TaskKind::synchronization);
    EXPECT_EQ(spec->modules, (ModuleChoice{true, false, true}));
    EXPECT_FALSE(spec->migrate_events);
    EXPECT_EQ(spec->source.server_id, 4711u);
    EXPECT_EQ(spec->source.endpoint.tls, mysql::TlsMode::verify_ca);
    EXPECT_EQ(spec->source.endpoint.tls_ca, "/etc/penstock/ca.pem");
    EXPECT_EQ(spec->destination.describe(), "/run/mysqld.sock");
    EXPECT_EQ(spec->destination.tls, mysql::TlsMode::disabled);
    EXPECT_EQ(spec->relay.directory, "/var/relay");
    EXPECT_EQ(spec->relay.retention.keep_bytes, 100U << 20);
    EXPECT_EQ(spec->relay.retention.keep_age, std::chrono::hours(2));
    EXPECT_EQ(spec->relay.budget.bytes_max, 20ULL << 30);
    EXPECT_EQ(spec->relay.budget.free_bytes_min, 1ULL << 30);
    EXPECT_EQ(spec->incremental.group_bytes, 4u << 20);
    EXPECT_EQ(spec->incremental.mode, apply::Mode::exact);
    EXPECT_EQ(spec->incremental.pipeline_depth, 1u);
    EXPECT_EQ(spec->incremental.decode_workers, 0u);
    EXPECT_EQ(spec->gate.fence, gate::FencePolicy::none);
    EXPECT_EQ(spec->gate.expired, gate::ExpiredPolicy::run_once);
    EXPECT_EQ(spec->gate.drain_timeout, std::chrono::minutes(5));
}

TEST(Spec, ByteOrderMarkAndCarriageReturnsAreFine) {
    std::string text;
    for (const char c : head + servers + selection) {
        if (c == '\n') text += '\r';
        text += c;
    }
    EXPECT_TRUE(parse("\xEF\xBB\xBF" + text));
}

TEST(Spec, UnknownKeyIsNamedWithLineAndSuggestion) {
    expect_error(head + "modles = [\"full\"]\n" + servers + selection, error_unknown_key,
                 "line 3: unknown key \"modles\". Remedy: did you mean \"modules\"?");
    expect_error(head + servers + selection + "[gate]\nrelese = \"manual\"\n", error_unknown_key,
                 "unknown key \"relese\" in [gate]");
    expect_error(head + servers + selection + "[gaet]\n", error_unknown_key,
                 "did you mean \"gate\"?");
}

TEST(Spec, MistypedKeyIsReportedRatherThanTheMissingOne) {
    expect_error(head +
                     "[source]\nhots = \"h\"\nuser = \"u\"\n[destination]\nhost = \"h\"\n"
                     "user = \"u\"\n" +
                     selection,
                 error_unknown_key, "did you mean \"host\"?");
}

TEST(Spec, MissingKeysAreNamed) {
    expect_error("kind = \"migration\"\n" + servers + selection, error_missing_key, "\"name\"");
    expect_error("name = \"demo\"\n" + servers + selection, error_missing_key, "\"kind\"");
    expect_error(head + selection, error_missing_key, "\"source\"");
    expect_error(head + servers, error_missing_key, "\"select\"");
    expect_error(
        head + "[source]\nuser = \"u\"\n[destination]\nhost = \"h\"\nuser = \"u\"\n" + selection,
        error_missing_key, "\"host\" is missing in [source]");
}

TEST(Spec, ValuesNeedTheirTypeUnitAndRange) {
    const std::string good = head + servers + selection;
    expect_error(good + "[full]\nconnections = \"4\"\n", error_bad_value, "wrong type");
    expect_error(good + "[full]\nconnections = 0\n", error_bad_value, "from 1 to 64");
    expect_error(good + "[full]\nconnections = -1\n", error_bad_value, "is -1");
    expect_error(good + "[incremental]\ngroup_bytes = \"1\"\n", error_bad_value, "no unit");
    expect_error(good + "[incremental]\ngroup_bytes = 1048576\n", error_bad_value, "\"1MiB\"");
    expect_error(good + "[incremental]\ngroup_bytes = \"1s\"\n", error_bad_value, "unknown unit");
    expect_error(good + "[gate]\ndrain_timeout = \"60\"\n", error_bad_value, "no unit");
    expect_error(good + "[gate]\ndrain_timeout = \"0s\"\n", error_bad_value, "more than 0");
    expect_error(good + "[gate]\nrelease = \"automatc\"\n", error_bad_value,
                 "did you mean \"automatic\"?");
    expect_error(good + "gate = 3\n", error_unknown_key, "gate");  // a key of [select] by position
    expect_error("gate = 3\n" + good, error_bad_value, "a table");
}

TEST(Spec, NamesAndDatabasesAreChecked) {
    expect_error("name = \"Demo\"\nkind = \"migration\"\n" + servers + selection, error_bad_value,
                 "not a task name");
    expect_error(
        "name = \"" + std::string(65, 'a') + "\"\nkind = \"migration\"\n" + servers + selection,
        error_bad_value, "not a task name");
    expect_error(head + servers + "[select]\ndatabases = []\n", error_bad_value, "selects nothing");
    expect_error(head + servers + "[select]\ndatabases = [\"a\", \"a\"]\n", error_bad_value,
                 "twice");
    expect_error(head + servers + "[select]\ndatabases = [\"MySQL\"]\n", error_bad_value,
                 "belongs");
    expect_error(head + servers + "[select]\ndatabases = [\"penstock\"]\n", error_bad_value,
                 "belongs");
}

TEST(Spec, ContradictionsAreRefused) {
    expect_error(
        "name = \"d\"\nkind = \"synchronization\"\nmodules = [\"schema\"]\n" + servers + selection,
        error_contradiction, "schema and incremental");
    expect_error(head + "modules = [\"full\"]\nmigrate_events = true\n" + servers + selection,
                 error_contradiction, "migrate_events");
    expect_error(head + servers + selection + "[gate]\nfence = \"none\"\n", error_contradiction,
                 "acknowledge_double_run");
    expect_error(head +
                     "[source]\nhost = \"h\"\nsocket = \"/s\"\nuser = \"u\"\n[destination]\n"
                     "host = \"h\"\nuser = \"u\"\n" +
                     selection,
                 error_contradiction, "both socket and host");
}

TEST(Spec, TaskWithoutSchemaMigratesNoEvents) {
    const auto spec = parse(head + "modules = [\"full\"]\n" + servers + selection);
    ASSERT_TRUE(spec) << spec.error().to_string();
    EXPECT_FALSE(spec->migrate_events);
}

TEST(Spec, PlainTextOnTheNetworkIsAWarning) {
    const auto spec = parse(head +
                            "[source]\nhost = \"db1\"\nuser = \"u\"\ntls = \"disabled\"\n"
                            "[destination]\nhost = \"localhost\"\nuser = \"u\"\n"
                            "tls = \"disabled\"\n" +
                            selection);
    ASSERT_TRUE(spec);
    ASSERT_EQ(spec->warnings.size(), 1u);
    EXPECT_NE(spec->warnings[0].find("db1"), std::string::npos);
}

TEST(Spec, SyntaxErrorsNameLineAndColumn) {
    expect_error(head + "[source\n", error_task_syntax, "line 3 column");
}

TEST(Spec, SecretIsReadFromAFileOfItsOwner) {
    const SecretFile file("s3cret\n", 0600);
    const auto spec = parse(with_password("{ file = \"" + file.path() + "\" }"));
    ASSERT_TRUE(spec) << spec.error().to_string();
    EXPECT_STREQ(spec->source.endpoint.password.reveal(), "s3cret");
}

TEST(Spec, SecretFileThatOthersCanReadIsRefused) {
    const SecretFile file("s3cret\n", 0640);
    expect_error(with_password("{ file = \"" + file.path() + "\" }"), error_secret_exposed,
                 "chmod 0600");
}

TEST(Spec, MissingSecretsAreNamed) {
    ::unsetenv("PENSTOCK_TEST_SECRET");
    ::unsetenv("CREDENTIALS_DIRECTORY");
    expect_error(with_password("{ file = \"/nowhere/pw\" }"), error_secret_missing, "/nowhere/pw");
    expect_error(with_password("{ env = \"PENSTOCK_TEST_SECRET\" }"), error_secret_missing,
                 "PENSTOCK_TEST_SECRET");
    expect_error(with_password("{ credential = \"source\" }"), error_secret_missing,
                 "CREDENTIALS_DIRECTORY");
    const SecretFile empty("\n", 0600);
    expect_error(with_password("{ file = \"" + empty.path() + "\" }"), error_secret_missing,
                 "empty");
}

TEST(Spec, SecretIsReadFromTheEnvironment) {
    ::setenv("PENSTOCK_TEST_SECRET", "from-env", 1);
    const auto spec = parse(with_password("{ env = \"PENSTOCK_TEST_SECRET\" }"));
    ASSERT_TRUE(spec) << spec.error().to_string();
    EXPECT_STREQ(spec->source.endpoint.password.reveal(), "from-env");
}

TEST(Spec, NoMessageQuotesAPassword) {
    for (const char* const value :
         {"\"hunter2\"", "hunter2", "{ fil = \"hunter2\" }", "{ file = \"a\", env = \"hunter2\" }",
          "[\"hunter2\"]", "\"hunter2", "{ hunter2 }"}) {
        const Error error = error_of(with_password(value));
        EXPECT_NE(error.code.number, 0) << value;
        EXPECT_EQ(error.to_string().find("hunter2"), std::string::npos) << error.to_string();
    }
}

TEST(Spec, ServerIdFromTheNameIsStableAndClearOfSmallNumbers) {
    EXPECT_EQ(derived_server_id("demo"), 2935829815u);
    EXPECT_NE(derived_server_id("demo"), derived_server_id("demo2"));
    for (const char* const name : {"a", "b", "task-1", "zzzz"}) {
        EXPECT_GE(derived_server_id(name), 0x80000000u);
        EXPECT_NE(derived_server_id(name), 0xffffffffu);
    }
}

TEST(Spec, MissingTaskFileIsNotFound) {
    const auto spec = load_spec("/nowhere/task.toml");
    ASSERT_FALSE(spec);
    EXPECT_EQ(spec.error().code, error_task_file);
}

// A task from binlog files; `more` stands in [source].
std::string with_files(const std::string& more, const std::string& top = {}) {
    return head + top + "[source]\nfiles = \"binlogs\"\n" + more +
           "[destination]\nhost = \"db.example\"\nuser = \"penstock\"\n" + selection;
}
const std::string start_gtids = "start_gtids = \"3e11fa47-71ca-11e1-9e33-c80aa9429562:1-5\"\n";

TEST(SpecTest, BinlogFilesTakeThePlaceOfTheSourceServer) {
    const auto spec = parse(with_files(start_gtids));
    ASSERT_TRUE(spec) << spec.error().to_string();
    ASSERT_TRUE(spec->source.files);
    EXPECT_EQ(spec->source.files->place, "/etc/penstock/binlogs");
    EXPECT_EQ(spec->source.files->start_gtids.count(), 5U);
    EXPECT_FALSE(spec->source.files->follow);
    EXPECT_EQ(spec->modules, (ModuleChoice{false, false, true}));
    EXPECT_FALSE(spec->migrate_events);
    EXPECT_TRUE(parse(with_files(start_gtids + "follow = true\n"))->source.files->follow);
    EXPECT_TRUE(parse(with_files("start_gtids = \"none\"\n")));
}

TEST(SpecTest, BinlogFilesNeedAStartAndAllowOnlyChanges) {
    expect_error(with_files(""), error_missing_key, "start_gtids");
    expect_error(with_files("start_gtids = \"1-5\"\n"), error_bad_value, "start_gtids");
    expect_error(with_files(start_gtids + "host = \"h\"\n"), error_contradiction,
                 "both files and host");
    expect_error(with_files(start_gtids, "modules = [\"full\", \"incremental\"]\n"),
                 error_contradiction, "no rows to copy");
    expect_error(with_files(start_gtids, "migrate_events = true\n"), error_contradiction,
                 "migrate_events");
    std::string synchronization = with_files(start_gtids);
    synchronization.replace(synchronization.find("migration"), 9, "synchronization");
    expect_error(synchronization, error_contradiction, "synchronization");
}

}  // namespace
}  // namespace penstock::task
