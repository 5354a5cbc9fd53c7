namespace LlmSpell.Bench;

/// <summary>Configures the native program for a state and a repository: backups of any number and age stay.</summary>
internal sealed class OwnConfiguration(string file, string repository, OwnBackend backend = OwnBackend.Sqlite)
{
    /// <summary>A <c>backup</c> command on the state in that folder.</summary>
    internal Command Command(string program, string stateFolder, params string[] arguments)
    {
        File.WriteAllText(
            file,
            $"""
            [runtime.state_persistence]
            backend_type = "{(backend == OwnBackend.RocksDb ? "rocksdb" : "sqlite")}"
            path = "{stateFolder}"

            [runtime.state_persistence.backup]
            backup_dir = "{repository}"
            max_backups = 0
            max_backup_age = 0
            """);
        return new Command(program, ["-c", file, "--yes", "backup", .. arguments]);
    }

    /// <summary>The backup that was made last: an empty state, into which one restores, has no "latest" of its own.</summary>
    internal string NewestId() => Path.GetFileNameWithoutExtension(
        new DirectoryInfo(Path.Combine(repository, "manifests")).EnumerateFiles("*.json").MaxBy(static manifest => manifest.LastWriteTimeUtc)!.Name);
}
