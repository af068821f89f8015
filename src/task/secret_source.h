// Where a secret of a task file comes from: a file, an environment variable or a systemd
// credential. Any thread; reads the file or the environment when asked. An Error names the source
// of the secret, never anything of its content.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "base/secret.h"
#include "penstock/result.h"

namespace penstock::task {

struct SecretSource {
    enum class Kind : std::uint8_t { file, environment, credential };
    Kind kind = Kind::file;
    std::string name;  // path, variable, or file name in $CREDENTIALS_DIRECTORY
};

// A relative file is taken from `folder`. A file that its group or others can read is refused; one
// line end at the end of a file is not part of the secret.
[[nodiscard]] Result<base::Secret> read_secret(const SecretSource& source,
                                               const std::filesystem::path& folder);

}  // namespace penstock::task
