namespace LlmSpell.Bench;

/// <summary><c>zstd -t</c> on our newest backup's layers.</summary>
internal sealed class LayerTest(OwnLibrary library) : BackupTool("zstd -t of our layers", ToolKind.Reference)
{
    internal override string Description => "`zstd -t` on the layers of the library's newest backup: they are plain zstd frames";

    internal override string? Missing => Programs.Missing("zstd");

    internal override void BeginRound()
    {
    }

    internal override Cost? Run(Operation operation) =>
        operation == Operation.Verify ? ChildProcess.Measure(new Command("zstd", ["-t", "-q", .. library.NewestLayers])) : null;

    internal override void CheckRestored(Expectation expected)
    {
    }

    internal override void EndRound()
    {
    }
}
