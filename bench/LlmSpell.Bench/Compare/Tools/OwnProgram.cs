using LlmSpell.State;

namespace LlmSpell.Bench;

/// <summary>The native <c>llmspell</c> program, a process for each operation, as a user runs it.</summary>
internal sealed class OwnProgram(StateFolder state, string folder, string program) : BackupTool("llmspell", ToolKind.Ours)
{
    private readonly OwnConfiguration _configuration = new(Path.Combine(folder, "llmspell.toml"), Path.Combine(folder, "program-backups"));
    private readonly string _repository = Path.Combine(folder, "program-backups");
    private readonly string _restored = Path.Combine(folder, "program-restored");

    internal override string Description =>
        "the native program: `llmspell backup create`, `backup create --incremental`, `backup validate latest`, `backup restore` into an empty state";

    internal override IEnumerable<string> Versions => [Programs.Version(program, "--version") + " (native program)"];

    internal override void BeginRound()
    {
        Folders.Renew(_repository);
        Folders.Remove(_restored);
    }

    internal override Cost? Run(Operation operation)
    {
        if (operation == Operation.Verify)
        {
            return Measure(state.Folder, "validate", "latest");
        }

        if (operation == Operation.Restore)
        {
            return Measure(_restored, "restore", _configuration.NewestId());
        }

        long before = Folders.BytesOf(_repository);
        Cost cost = operation == Operation.Full ? Measure(state.Folder, "create") : Measure(state.Folder, "create", "--incremental");
        return cost with { Bytes = Folders.BytesOf(_repository) - before };
    }

    internal override void CheckRestored(Expectation expected)
    {
        using (StateStore store = StateFolder.Open(_restored))
        {
            expected.RequireFingerprint(Name, store.ReadStatus().Fingerprint.ToString());
        }

        Folders.Remove(_restored);
    }

    internal override void EndRound() => Folders.Remove(_repository);

    private Cost Measure(string stateFolder, params string[] arguments) =>
        ChildProcess.Measure(_configuration.Command(program, stateFolder, arguments));
}
