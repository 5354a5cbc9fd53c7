using LlmSpell.Cli.Commands.Doctor.Checks;

namespace LlmSpell.Cli.Commands.Doctor;

/// <summary>The checks in the order in which they run and are shown: what others build on comes first.</summary>
internal static class DoctorChecks
{
    public static IReadOnlyList<IDoctorCheck> All { get; } =
    [
        new ConfigurationCheck(), new StateCheck(), new WritersCheck(), new RepositoryCheck(), new BackupAgeCheck(), new PermissionsCheck(),
        new FileSystemCheck(), new FileLocksCheck(), new SpaceCheck(), new ClockCheck(), new OpenFilesCheck(), new VersionsCheck(),
    ];
}
