using System.Globalization;
using LlmSpell.State;

namespace LlmSpell.Bench;

/// <summary>
/// Backups of one state by us and by others, in turns: each round begins with empty places and takes a full backup, one after 0.1 % and one
/// after 1 % changes, verifies and restores. What is restored is checked. A tool that is missing or fails is left out, and the report says so.
/// </summary>
internal sealed class CompareJob : IDisposable
{
    private const int BytesPerEntry = 3_500; // the state, seven copies or repositories, what is restored, two servers

    private readonly TemporaryFolder _folder = new();
    private readonly List<BackupTool> _tools = [];
    private readonly List<string> _leftOut = [];
    private readonly List<string> _versions = [];
    private readonly Dictionary<(BackupTool Tool, Operation Operation), List<Cost>> _costs = [];
    private readonly StateFolder _state;
    private readonly int _rounds;

    private CompareJob(int entries, int rounds)
    {
        _folder.RequireSpace((long)entries * BytesPerEntry);
        _state = new StateFolder(_folder.Combine("state"), entries);
        _rounds = rounds;
    }

    internal static void Run(string[] words)
    {
        Arguments arguments = new(words, 2, "--program", "--output");
        ReportFolder output = ReportFolder.Open(arguments.Option("--output"));
        string? program = arguments.Program("--program");
        using CompareJob job = new(arguments.Number(0, 1_000_000), arguments.Number(1, 3));
        CompareReport.Write(job.Measure(words, program), output);
    }

    public void Dispose()
    {
        _tools.ForEach(static tool => tool.Dispose());
        _folder.Dispose();
    }

    private CompareResult Measure(string[] words, string? program)
    {
        double fill = _state.Fill();
        Progress.Say(string.Create(CultureInfo.InvariantCulture, $"filled {_state.Entries:#,0} entries in {fill:0.0} s"));
        Prepare(program);
        BackupTool[] all = [.. _tools];
        for (int round = 0; round < _rounds; round++)
        {
            RunRound(round);
        }

        return new CompareResult(
            RunInfo.Of("compare", words, _folder.Path, _versions),
            _state.Entries,
            _state.LogicalBytes,
            fill,
            _rounds,
            [.. all.Select(static tool => new ToolDescription(tool.Name, tool.Kind, tool.Description))],
            _leftOut,
            [
                .. all.SelectMany(tool => Enum.GetValues<Operation>()
                    .Where(operation => _costs.ContainsKey((tool, operation)))
                    .Select(operation => new Measurement(tool.Name, tool.Kind, tool.RestoresByCopying, operation, _costs[(tool, operation)])))
            ]);
    }

    private void Prepare(string? program)
    {
        OwnLibrary library = new(_state, _folder.Path);
        FlatStream flat = new(_state, _folder.Path);
        _tools.Add(library);
        if (program is null)
        {
            _leftOut.Add("the native llmspell program: no --program PATH was given");
        }
        else
        {
            _tools.Add(new OwnProgram(_state, _folder.Path, program));
        }

        _tools.AddRange(
        [
            new SqliteCopy(_state, _folder.Path, SqliteCopyWay.Backup),
            new SqliteCopy(_state, _folder.Path, SqliteCopyWay.VacuumInto),
            new Restic(_state, _folder.Path),
            new Borg(_state, _folder.Path),
            new Redis(_folder.Path),
            new Postgres(),
            flat,
            new BareBackup(_state, flat),
            new BareDecompression(library),
            new LayerTest(library),
            new IntegrityCheck(_state),
            new BareLoad(_state, _folder.Path),
        ]);
        using StateStore store = _state.Open();
        ForEach(tool =>
        {
            if (tool.Missing is { } missing)
            {
                throw new ToolException(missing);
            }

            _versions.AddRange(tool.Versions);
            tool.Load(StateFolder.ReadAll(store));
        });
    }

    private void RunRound(int round)
    {
        ForEach(static tool => tool.BeginRound());
        Entry changed = default;
        foreach (Operation operation in Enum.GetValues<Operation>())
        {
            if (operation.ChangesOneIn() is > 0 and int oneIn)
            {
                IReadOnlyList<Entry> all = Change(oneIn);
                changed = all[^1];
                ForEach(tool => tool.Apply(all));
            }

            Expectation expected = new(ReadStatus(), changed);
            // Each goes first at some time, so that what else the machine does hits none of them alone.
            ForEach(tool => RunOne(tool, operation, round, expected), round);
        }

        ForEach(static tool => tool.EndRound());
    }

    private void RunOne(BackupTool tool, Operation operation, int round, Expectation expected)
    {
        PageCache.Settle();
        PageCache.Fill(operation.IsBackup() ? _state.Folder : _folder.Path);
        if (tool.Run(operation) is not { } cost)
        {
            return;
        }

        if (!_costs.TryGetValue((tool, operation), out List<Cost>? costs))
        {
            _costs.Add((tool, operation), costs = []);
        }

        costs.Add(cost);
        Progress.Say(
            $"round {round + 1} of {_rounds}, {operation.Title()}, {tool.Name}: {Figures.Seconds(cost.WallSeconds)}, processor {Figures.Seconds(cost.ProcessorSeconds)}, "
            + $"peak {Figures.Bytes(cost.PeakBytes)}, added {Figures.Bytes(cost.Bytes)}");
        if (operation == Operation.Restore)
        {
            tool.CheckRestored(expected);
        }
    }

    /// <summary>Does it with each tool; one of the others that fails is left out from then on.</summary>
    private void ForEach(Action<BackupTool> run, int first = 0)
    {
        BackupTool[] tools = [.. _tools];
        for (int i = 0; i < tools.Length; i++)
        {
            Interruption.ThrowIfRequested();
            BackupTool tool = tools[(i + first) % tools.Length];
            try
            {
                run(tool);
            }
            catch (Exception e) when (tool.Kind != ToolKind.Ours && e is ToolException or IOException or FormatException or System.Net.Sockets.SocketException)
            {
                _leftOut.Add($"{tool.Name}: {e.Message}");
                Progress.Say($"left out, {_leftOut[^1]}");
                _tools.Remove(tool);
                tool.Dispose();
            }
        }
    }

    // The store is closed between the steps, which brings the database's file up to date: tools that copy the file see all of it.
    private IReadOnlyList<Entry> Change(int oneIn)
    {
        using StateStore store = _state.Open();
        return _state.Change(store, oneIn);
    }

    private StoreStatus ReadStatus()
    {
        using StateStore store = _state.Open();
        return store.ReadStatus();
    }
}
