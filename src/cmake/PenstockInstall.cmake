# cmake --install: the program into bin (component `program`); and what find_package(penstock) needs,
# the library of include/penstock (component `development`).

include(CMakePackageConfigHelpers)

penstock_install_modules(base binlog)
set(PENSTOCK_CONFIG_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/penstock)
configure_package_config_file(
    ${CMAKE_SOURCE_DIR}/src/cmake/penstockConfig.cmake.in ${CMAKE_BINARY_DIR}/penstockConfig.cmake
    INSTALL_DESTINATION ${PENSTOCK_CONFIG_DIR}
    NO_SET_AND_CHECK_MACRO NO_CHECK_REQUIRED_COMPONENTS_MACRO)
write_basic_package_version_file(${CMAKE_BINARY_DIR}/penstockConfigVersion.cmake
    COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/penstockConfig.cmake
        ${CMAKE_BINARY_DIR}/penstockConfigVersion.cmake
    DESTINATION ${PENSTOCK_CONFIG_DIR} COMPONENT development)
install(EXPORT penstockTargets NAMESPACE penstock::
    DESTINATION ${PENSTOCK_CONFIG_DIR} COMPONENT development)
install(DIRECTORY ${CMAKE_SOURCE_DIR}/include/penstock
    DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT development)
