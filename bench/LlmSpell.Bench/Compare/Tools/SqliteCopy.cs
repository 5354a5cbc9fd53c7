namespace LlmSpell.Bench;

/// <summary>SQLite's own program makes a copy of the database, <c>zstd</c> compresses it. Each backup is a whole one.</summary>
internal sealed class SqliteCopy(StateFolder state, string folder, SqliteCopyWay way)
    : BackupTool((way == SqliteCopyWay.Backup ? ".backup" : "VACUUM INTO") + " + zstd", ToolKind.Peer)
{
    private readonly string _folder = Path.Combine(folder, way.ToString());

    internal override string Description => (way == SqliteCopyWay.Backup ? "`sqlite3 state.db \".backup copy.db\"`" : "`sqlite3 state.db \"VACUUM INTO 'copy.db'\"`")
        + ", then `zstd -3 -T2`; verify is `zstd -t`, which does not look at the database; restore is `zstd -d`";

    internal override bool RestoresByCopying => true;

    internal override IEnumerable<string> Versions => ["sqlite3 " + Programs.Version("sqlite3", "--version").Split(' ')[0], "zstd " + Programs.Version("zstd", "--version").Split(' ', ',').First(static word => word.StartsWith('v'))[1..]];

    internal override string? Missing => Programs.Missing("sqlite3", "zstd");

    private string Copy => Path.Combine(_folder, "copy.db");

    private string Compressed => Path.Combine(_folder, "copy.db.zst");

    private string Restored => Path.Combine(_folder, "restored.db");

    internal override void BeginRound() => Folders.Renew(_folder);

    internal override Cost? Run(Operation operation)
    {
        switch (operation)
        {
            case Operation.Verify:
                return ChildProcess.Measure(new Command("zstd", "-t", "-q", Compressed));
            case Operation.Restore:
                return ChildProcess.Measure(new Command("zstd", "-d", "-q", "-f", Compressed, "-o", Restored));
        }

        File.Delete(Compressed);
        Cost copy = ChildProcess.Measure(new Command(
            "sqlite3", state.Database, way == SqliteCopyWay.Backup ? $".backup '{Copy}'" : $"VACUUM INTO '{Copy}'"));
        Cost both = copy.Then(ChildProcess.Measure(new Command("zstd", "-3", "-T2", "-q", "-f", Copy, "-o", Compressed)));
        File.Delete(Copy);
        return both with { Bytes = new FileInfo(Compressed).Length };
    }

    internal override void CheckRestored(Expectation expected)
    {
        expected.RequireFingerprint(Name, SqliteFingerprint.Read(Restored));
        File.Delete(Restored);
    }

    internal override void EndRound() => Folders.Remove(_folder);
}

/// <summary>How <see cref="SqliteCopy"/> copies.</summary>
internal enum SqliteCopyWay
{
    /// <summary>Page by page, by SQLite's backup interface.</summary>
    Backup,

    /// <summary>Row by row into a new, packed database.</summary>
    VacuumInto,
}
