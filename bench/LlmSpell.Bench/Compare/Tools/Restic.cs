namespace LlmSpell.Bench;

/// <summary>restic on the folder of the quiesced database.</summary>
internal sealed class Restic(StateFolder state, string folder) : BackupTool("restic", ToolKind.Peer)
{
    private readonly string _folder = Path.Combine(folder, "restic");

    internal override string Description =>
        "`restic backup` of the database file while nobody has it open (a running store would need a copy first), with its own compression; `restic check --read-data`; `restic restore`";

    internal override bool RestoresByCopying => true;

    internal override IEnumerable<string> Versions => [string.Join(' ', Programs.Version("restic", "version").Split(' ').Take(2))];

    internal override string? Missing => Programs.Missing("restic", "sqlite3");

    private string Repository => Path.Combine(_folder, "repository");

    private string Restored => Path.Combine(_folder, "restored");

    internal override void BeginRound()
    {
        Folders.Renew(_folder);
        File.WriteAllText(Path.Combine(_folder, "password"), "benchmark\n");
        ChildProcess.Output(Of("init"));
    }

    internal override Cost? Run(Operation operation)
    {
        switch (operation)
        {
            case Operation.Verify:
                return ChildProcess.Measure(Of("check", "--read-data"));
            case Operation.Restore:
                return ChildProcess.Measure(Of("restore", "latest", "--target", Restored));
        }

        long before = Folders.BytesOf(Repository);
        Cost cost = ChildProcess.Measure(Of("backup", state.Folder));
        return cost with { Bytes = Folders.BytesOf(Repository) - before };
    }

    internal override void CheckRestored(Expectation expected)
    {
        // It restores below the target with the whole path.
        expected.RequireFingerprint(Name, SqliteFingerprint.Read(Restored + state.Database));
        Folders.Remove(Restored);
    }

    internal override void EndRound() => Folders.Remove(_folder);

    private Command Of(params string[] arguments) => new(
        "restic",
        ["--quiet", "--repo", Repository, "--password-file", Path.Combine(_folder, "password"), "--cache-dir", Path.Combine(_folder, "cache"), .. arguments]);
}
