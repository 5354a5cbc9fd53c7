using System.Diagnostics;
using System.Text.Json;
using LlmSpell.State;

namespace LlmSpell.Bench;

/// <summary>How much memory each operation takes on a state of many entries and on one of large values: it must not grow with either.</summary>
internal sealed class MemoryJob : IDisposable
{
    private const long LimitBytes = 128L << 20;
    private const int BytesPerEntry = 1_500; // the state, a backup by the library and one by the program, what is restored
    private const double CopiesOfValues = 3; // the same
    private const int MiddleMiB = 3; // several are read ahead at once, and each is too large for what is pooled by size

    private readonly TemporaryFolder _folder = new();
    private readonly string? _program;

    private MemoryJob(string? program) => _program = program;

    private string State => _folder.Combine("state");

    private string Repository => _folder.Combine("backups");

    private string ProgramRepository => _folder.Combine("program-backups");

    private string Restored => _folder.Combine("restored");

    internal static void Run(string[] words)
    {
        Arguments arguments = new(words, 3, "--program", "--output");
        ReportFolder output = ReportFolder.Open(arguments.Option("--output"));
        using MemoryJob job = new(arguments.Program("--program"));
        MemoryReport.Write(job.Measure(words, arguments), output);
    }

    public void Dispose() => _folder.Dispose();

    private MemoryResult Measure(string[] words, Arguments arguments)
    {
        int entries = arguments.Number(0, 10_000_000);
        int values = arguments.Number(1, 1_000);
        int mebibytes = arguments.Number(2, LargeValues.MaxMiB);
        if (mebibytes > LargeValues.MaxMiB)
        {
            throw new ToolException($"A value has at most {LargeValues.MaxMiB} MiB.");
        }

        _folder.RequireSpace((long)Math.Max((double)entries * BytesPerEntry, CopiesOfValues * values * (mebibytes << 20)));
        List<MemoryState> states = [];
        foreach (OwnBackend backend in Enum.GetValues<OwnBackend>())
        {
            states.Add(OfEntries(backend, entries));
            foreach (int size in new[] { Math.Min(mebibytes, MiddleMiB), mebibytes }.Distinct())
            {
                states.Add(OfLargeValues(backend, values, size));
            }
        }

        return new MemoryResult(RunInfo.Of("memory", words, _folder.Path, OwnVersions.All), LimitBytes, states);
    }

    private MemoryState OfEntries(OwnBackend backend, int entries)
    {
        StateFolder state = new(State, entries, backend);
        double seconds = state.Fill();
        return MeasureState(backend, $"{Figures.Count(entries)} entries", state.LogicalBytes, seconds, store => state.Change(store, 1_000));
    }

    private MemoryState OfLargeValues(OwnBackend backend, int values, int mebibytes)
    {
        long started = Stopwatch.GetTimestamp();
        using (StateStore store = StateFolder.Open(State, backend))
        {
            for (int i = 0; i < values; i++)
            {
                Interruption.ThrowIfRequested();
                store.Save(LargeValues.Key(i), LargeValues.Value(i, 0, mebibytes));
            }
        }

        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        int revision = 0;
        return MeasureState(backend, $"{Figures.Count(values)} values of {mebibytes} MiB", (long)values * (mebibytes << 20), seconds, store =>
        {
            revision++;
            for (int i = 0; i < values; i += 100)
            {
                store.Save(LargeValues.Key(i), LargeValues.Value(i, revision, mebibytes));
            }
        });
    }

    private MemoryState MeasureState(OwnBackend backend, string content, long logicalBytes, double fillSeconds, Action<StateStore> change)
    {
        string name = $"{content}, {(backend == OwnBackend.RocksDb ? "RocksDB" : "SQLite")}";
        Progress.Say($"{name} ({Figures.Bytes(logicalBytes)}) filled in {Figures.Seconds(fillSeconds)}");
        List<MemoryStep> steps = [];
        string backup = "";
        foreach (MemoryOperation operation in Enum.GetValues<MemoryOperation>())
        {
            if (operation == MemoryOperation.Incremental)
            {
                using StateStore store = StateFolder.Open(State, backend);
                change(store);
            }

            MemoryStepResult library = ByLibrary(operation, backend, backup);
            backup = library.BackupId;
            Cost? program = ByProgram(operation, backend);
            steps.Add(new MemoryStep(operation.ToString(), library, program));
            Progress.Say(
                $"{name}, {operation}: {Figures.Seconds(library.Cost.WallSeconds)}, {Figures.Bytes(library.Cost.PeakBytes)} beyond the {Figures.Bytes(library.ResidentBefore)} before"
                + (program is null ? "" : $"; the program's process {Figures.Seconds(program.WallSeconds)}, {Figures.Bytes(program.PeakBytes)}"));
        }

        using StateStore status = StateFolder.Open(State, backend);
        MemoryState result = new(name, status.ReadStatus().Entries, logicalBytes, fillSeconds, steps);
        status.Dispose();
        Folders.Remove(State);
        Folders.Remove(Repository);
        Folders.Remove(ProgramRepository);
        return result;
    }

    private MemoryStepResult ByLibrary(MemoryOperation operation, OwnBackend backend, string backup)
    {
        Command command = MemoryStepCommand.Start(operation, backend, operation == MemoryOperation.Restore ? Restored : State, Repository, backup);
        MemoryStepResult result = JsonSerializer.Deserialize(ChildProcess.Output(command), ReportJson.Compact.MemoryStepResult)
            ?? throw new ToolException($"`{command}` said nothing.");
        CheckRestored(operation, backend);
        return result;
    }

    private Cost? ByProgram(MemoryOperation operation, OwnBackend backend)
    {
        if (_program is null)
        {
            return null;
        }

        OwnConfiguration configuration = new(_folder.Combine("llmspell.toml"), ProgramRepository, backend);
        Cost cost = ChildProcess.Measure(operation switch
        {
            MemoryOperation.Full => configuration.Command(_program, State, "create"),
            MemoryOperation.Incremental => configuration.Command(_program, State, "create", "--incremental"),
            MemoryOperation.Validate => configuration.Command(_program, State, "validate", "latest"),
            _ => configuration.Command(_program, Restored, "restore", configuration.NewestId()),
        });
        CheckRestored(operation, backend);
        return cost;
    }

    private void CheckRestored(MemoryOperation operation, OwnBackend backend)
    {
        if (operation != MemoryOperation.Restore)
        {
            return;
        }

        using (StateStore expected = StateFolder.Open(State, backend))
        using (StateStore restored = StateFolder.Open(Restored, backend))
        {
            if (expected.ReadStatus().Fingerprint != restored.ReadStatus().Fingerprint)
            {
                throw new InvalidOperationException("The restored state is not the one that was backed up.");
            }
        }

        Folders.Remove(Restored);
    }
}
