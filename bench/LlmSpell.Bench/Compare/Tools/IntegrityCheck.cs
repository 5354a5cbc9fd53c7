namespace LlmSpell.Bench;

/// <summary>What it takes to check the database that a decompressed copy would be.</summary>
internal sealed class IntegrityCheck(StateFolder state) : BackupTool("PRAGMA integrity_check", ToolKind.Reference)
{
    internal override string Description => "`sqlite3 state.db \"PRAGMA integrity_check\"`: what checking a copy takes beyond `zstd -t`, once it is decompressed";

    internal override string? Missing => Programs.Missing("sqlite3");

    internal override void BeginRound()
    {
    }

    internal override Cost? Run(Operation operation) =>
        operation == Operation.Verify ? ChildProcess.Measure(new Command("sqlite3", state.Database, "PRAGMA integrity_check")) : null;

    internal override void CheckRestored(Expectation expected)
    {
    }

    internal override void EndRound()
    {
    }
}
