using System.Globalization;

namespace LlmSpell.Bench;

/// <summary>BorgBackup on the folder of the quiesced database.</summary>
internal sealed class Borg(StateFolder state, string folder) : BackupTool("borg", ToolKind.Peer)
{
    private readonly string _folder = Path.Combine(folder, "borg");
    private int _archive;

    internal override string Description =>
        "`borg create --compression zstd,3` of the database file while nobody has it open, unencrypted; `borg check --verify-data`; `borg extract`";

    internal override bool RestoresByCopying => true;

    internal override IEnumerable<string> Versions => [Programs.Version("borg", "--version")];

    internal override string? Missing => Programs.Missing("borg", "sqlite3");

    private string Repository => Path.Combine(_folder, "repository");

    private string Restored => Path.Combine(_folder, "restored");

    private string Archive => string.Create(CultureInfo.InvariantCulture, $"{Repository}::{_archive}");

    internal override void BeginRound()
    {
        Folders.Renew(_folder);
        Directory.CreateDirectory(Path.Combine(_folder, "home"));
        _archive = 0;
        ChildProcess.Output(Of("init", "--encryption", "none", Repository));
    }

    internal override Cost? Run(Operation operation)
    {
        switch (operation)
        {
            case Operation.Verify:
                return ChildProcess.Measure(Of("check", "--verify-data", Repository));
            case Operation.Restore:
                Directory.CreateDirectory(Restored);
                return ChildProcess.Measure(Of("extract", Archive) with { WorkingFolder = Restored });
        }

        _archive++;
        long before = Folders.BytesOf(Repository);
        Cost cost = ChildProcess.Measure(Of("create", "--compression", "zstd,3", Archive, state.Folder));
        return cost with { Bytes = Folders.BytesOf(Repository) - before };
    }

    internal override void CheckRestored(Expectation expected)
    {
        expected.RequireFingerprint(Name, SqliteFingerprint.Read(Restored + state.Database));
        Folders.Remove(Restored);
    }

    internal override void EndRound() => Folders.Remove(_folder);

    private Command Of(params string[] arguments) => new("borg", arguments)
    {
        Variables = new Dictionary<string, string>
        {
            ["BORG_BASE_DIR"] = Path.Combine(_folder, "home"),
            ["BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK"] = "yes",
        },
    };
}
