// WaveRunner: brings one object after the other into being; what both waves share. Private to this
// folder.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "schema/creation_session.h"
#include "schema/object_ledger.h"
#include "schema/waves.h"

namespace penstock::schema {

class WaveRunner {
public:
    [[nodiscard]] static Result<WaveRunner> start(mysql::Connection& destination,
                                                  const ObjectLedger& ledger,
                                                  const WaveOptions& options, unsigned wave);
    [[nodiscard]] Result<void> finish() { return session_.leave(); }

    [[nodiscard]] const std::vector<LedgerObject>& objects() const { return objects_; }
    // Nothing is left to do about it.
    [[nodiscard]] static bool settled(const LedgerObject& object);

    // Makes sure that the object exists as wanted, and says so in the ledger. An error of kind
    // other than transient is about this object.
    [[nodiscard]] Result<void> ensure(const LedgerObject& object);
    [[nodiscard]] Result<void> record_failure(const LedgerObject& object, const Error& error);
    [[nodiscard]] Result<void> record_warning(const LedgerObject& object, const Error& error);
    // Sets default collations back that a killed run may have left changed.
    [[nodiscard]] Result<void> restore_database_collations();

    [[nodiscard]] unsigned failed_number() const { return session_.failed_number(); }

private:
    WaveRunner(mysql::Connection& destination, const ObjectLedger& ledger,
               const WaveOptions& options, CreationSession session)
        : destination_(&destination),
          ledger_(&ledger),
          options_(&options),
          session_(std::move(session)) {}

    [[nodiscard]] Result<void> create(const LedgerObject& object);
    [[nodiscard]] Result<void> create_code(const LedgerObject& object);
    [[nodiscard]] Result<void> set_done(const LedgerObject& object);
    void count(bool warned);

    mysql::Connection* destination_;
    const ObjectLedger* ledger_;
    const WaveOptions* options_;
    CreationSession session_;
    std::vector<LedgerObject> objects_;
    std::map<std::string, std::string> database_collations_;
};

// What an object of the ledger must read as on the destination, and what it reads as; nullopt: it
// does not exist.
[[nodiscard]] std::string wanted_text(const LedgerObject& object);
[[nodiscard]] Result<std::optional<std::string>> found_text(mysql::Connection& destination,
                                                            const LedgerObject& object);

}  // namespace penstock::schema
