namespace LlmSpell.Bench;

/// <summary>
/// Our backends beside each other and beside what one could write by hand, in one run: every store in a process of its own, all of them filled
/// with the same entries, then every step in turns. One of the others that is missing
/// or fails is left out, and the report says so.
/// </summary>
internal sealed class BackendsJob : IDisposable
{
    private const int BytesPerEntry = 4_500; // seven stores with their logs, a backup of each of ours, what is restored
    private const int WarmUpRound = -1;

    private readonly TemporaryFolder _folder = new();
    private readonly List<SubjectProcess> _processes = [];
    private readonly List<string> _leftOut = [];
    private readonly List<SubjectFill> _fills = [];
    private readonly Dictionary<(string Store, BackendStep Step), List<StepSample>> _samples = [];
    private readonly int _entries;
    private readonly int _rounds;

    private BackendsJob(int entries, int rounds)
    {
        _folder.RequireSpace((long)entries * BytesPerEntry);
        _entries = entries;
        _rounds = rounds;
    }

    internal static void Run(string[] words)
    {
        Arguments arguments = new(words, 2, "--only", "--output");
        ReportFolder output = ReportFolder.Open(arguments.Option("--output"));
        using BackendsJob job = new(arguments.Number(0, 1_000_000), arguments.Number(1, 5));
        BackendsReport.Write(job.Measure(words, arguments.Option("--only")?.Split(',')), output);
    }

    public void Dispose()
    {
        _processes.ForEach(static process => process.Dispose());
        _folder.Dispose();
    }

    private BackendsResult Measure(string[] words, string[]? only)
    {
        Subject[] subjects = only is null
            ? [.. SubjectList.All(_folder.Path)]
            : [.. only.Select(id => SubjectList.Find(_folder.Path, id))];
        foreach (Subject subject in subjects)
        {
            Start(subject);
        }

        for (int round = WarmUpRound; round < _rounds; round++)
        {
            foreach (BackendStep step in Enum.GetValues<BackendStep>())
            {
                RunStep(step, round);
            }
        }

        Subject[] measured = [.. subjects.Where(subject => _fills.Any(fill => fill.Store == subject.Name))];
        return new BackendsResult(
            RunInfo.Of("backends", words, _folder.Path, measured.SelectMany(static subject => subject.Versions)),
            _entries,
            _rounds,
            [.. measured.Select(static subject => new ToolDescription(subject.Name, subject.Kind, subject.Description))],
            _leftOut,
            _fills,
            [
                .. measured.SelectMany(subject => Enum.GetValues<BackendStep>()
                    .Where(step => _samples.ContainsKey((subject.Name, step)))
                    .Select(step => new StepMeasurement(subject.Name, subject.Kind, step, _samples[(subject.Name, step)])))
            ]);
    }

    private void Start(Subject subject)
    {
        if (subject.Missing is { } missing)
        {
            LeaveOut(subject, missing);
            return;
        }

        SubjectProcess process = new(subject, _folder.Path, _entries);
        _processes.Add(process);
        OrLeaveOut(process, () =>
        {
            SubjectFill fill = process.Fill();
            _fills.Add(fill);
            Progress.Say($"{subject.Name}: filled, {Figures.Seconds(fill.SecondsPerEntry)} an entry, {Figures.Bytes(fill.DiskBytes)} on the disk");
        });
    }

    private void RunStep(BackendStep step, int round)
    {
        SubjectProcess[] processes = [.. _processes.Where(process => process.Subject.Supports(step))];
        for (int i = 0; i < processes.Length; i++)
        {
            // Each goes first at some time, so that what else the machine does hits none of them alone.
            SubjectProcess process = processes[(i + round + 1) % processes.Length];
            PageCache.Settle();
            OrLeaveOut(process, () => Note(process.Subject, step, round, process.Run(step, round - WarmUpRound)));
        }
    }

    private void Note(Subject subject, BackendStep step, int round, StepSample sample)
    {
        Progress.Say(
            $"{(round == WarmUpRound ? "warming up" : $"round {round + 1} of {_rounds}")}, {step.Title()}, {subject.Name}: {Figures.Seconds(sample.Seconds)} {step.Unit()}, "
            + $"processor {Figures.Seconds(sample.ProcessorSeconds)}");
        if (round == WarmUpRound)
        {
            return;
        }

        if (!_samples.TryGetValue((subject.Name, step), out List<StepSample>? samples))
        {
            _samples.Add((subject.Name, step), samples = []);
        }

        samples.Add(sample);
    }

    private void OrLeaveOut(SubjectProcess process, Action run)
    {
        try
        {
            run();
        }
        catch (ToolException e) when (process.Subject.Kind != ToolKind.Ours)
        {
            _processes.Remove(process);
            process.Dispose();
            _fills.RemoveAll(fill => fill.Store == process.Subject.Name);
            LeaveOut(process.Subject, e.Message);
        }
    }

    private void LeaveOut(Subject subject, string why)
    {
        _leftOut.Add($"{subject.Name}: {why}");
        Progress.Say($"left out, {_leftOut[^1]}");
    }
}
