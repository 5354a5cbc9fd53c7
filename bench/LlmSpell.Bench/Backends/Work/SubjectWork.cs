namespace LlmSpell.Bench;

/// <summary>Does the steps on one store, in the process that has it to itself.</summary>
internal sealed class SubjectWork : IDisposable
{
    private const int FillBatch = 10_000;
    private const int Openings = 5;
    private const int WarmUpShare = 5;
    private const int StrictShare = 10;

    private readonly Subject _subject;
    private readonly WorkData _data;
    private readonly long _baselineBytes;
    private ISession? _session;
    private bool _strict;

    internal SubjectWork(Subject subject, int entries)
    {
        _subject = subject;
        _data = new WorkData(entries);
        PeakMemory.Shrink();
        _baselineBytes = subject.ResidentBytes;
        Open(strict: false);
    }

    private ISession Session => _session ?? throw new InvalidOperationException("The store is not open.");

    /// <summary>Saves all entries, in transactions of 10,000.</summary>
    internal SubjectFill Fill()
    {
        StepClock clock = new(_subject, _baselineBytes);
        long logical = 0;
        for (int from = 0; from < _data.Entries; from += FillBatch)
        {
            Interruption.ThrowIfRequested();
            WorkItem[] items = WorkData.Make(from, Math.Min(from + FillBatch, _data.Entries));
            clock.Run(() => Session.SaveTogether(items));
            logical += items.Sum(static item => (long)item.Name.Length - 1 + item.Value.Bytes.Length);
        }

        StepSample sample = clock.FinishWriting(_data.Entries);
        Close();
        long disk = Folders.BytesOf(_subject.Folder);
        Open(strict: false);
        return new SubjectFill(_subject.Name, sample.Seconds, logical, disk, _baselineBytes, sample.PeakBytes);
    }

    internal StepSample Run(BackendStep step, int round)
    {
        if (step.IsStrict() != _strict)
        {
            Close();
            Open(step.IsStrict());
        }

        // Somewhere else on each walk, at the same place for all stores.
        int position = ((round * Enum.GetValues<BackendStep>().Length) + (int)step) * 7_919;
        if (step.Writers() is > 0 and int writers)
        {
            return RunWriters(writers, position);
        }

        StepClock clock = new(_subject, _baselineBytes);
        return step switch
        {
            BackendStep.Scan => RunScan(clock),
            BackendStep.Open => RunOpenings(clock, position),
            _ when step.IsOurs() => new OwnWork((OwnStore)_subject, _data, clock).Run(step, round),
            _ => RunSingly(step, clock, position),
        };
    }

    public void Dispose()
    {
        _session?.Dispose();
        _subject.Dispose();
    }

    private StepSample RunSingly(BackendStep step, StepClock clock, int position)
    {
        int operations = step.IsStrict() ? BackendSteps.Operations / StrictShare : BackendSteps.Operations;
        int warmUp = operations / WarmUpShare;
        Repeat(step, position, warmUp);
        clock.Run(() => Repeat(step, position + warmUp, operations));
        return step is BackendStep.LoadHot or BackendStep.LoadUniform ? clock.Finish(operations) : clock.FinishWriting(operations);
    }

    private void Repeat(BackendStep step, int position, int operations)
    {
        ISession session = Session;
        switch (step)
        {
            case BackendStep.SaveHot or BackendStep.StrictSave:
                for (int i = position; i < position + operations; i++)
                {
                    session.Save(_data.Hot(i, i));
                }

                break;
            case BackendStep.SaveUniform:
                for (int i = position; i < position + operations; i++)
                {
                    session.Save(_data.Uniform(i, i));
                }

                break;
            case BackendStep.SaveBatch:
                SaveInBatches(session, position, operations);
                break;
            case BackendStep.LoadHot:
                for (int i = position; i < position + operations; i++)
                {
                    RequireFound(session.Load(_data.Hot(i, i)));
                }

                break;
            case BackendStep.LoadUniform:
                for (int i = position; i < position + operations; i++)
                {
                    RequireFound(session.Load(_data.Uniform(i, i)));
                }

                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(step), step, "This step is not one of single operations.");
        }
    }

    private void SaveInBatches(ISession session, int position, int operations)
    {
        WorkItem[] batch = new WorkItem[BackendSteps.Batch];
        for (int from = position; from < position + operations; from += batch.Length)
        {
            for (int i = 0; i < batch.Length; i++)
            {
                batch[i] = _data.Uniform(from + i, from + i);
            }

            session.SaveTogether(batch);
        }
    }

    private StepSample RunScan(StepClock clock)
    {
        long entries = 0;
        clock.Run(() => entries = Session.Scan());
        return entries == _data.Entries
            ? clock.Finish(1)
            : throw new ToolException($"{_subject.Name} gave {entries} entries in a scan, expected {_data.Entries}.");
    }

    private StepSample RunWriters(int writers, int position)
    {
        StepClock clock = new(_subject, _baselineBytes);
        WriterThreads threads = new(_subject, _data);
        threads.Run(writers, position, clock);
        return clock.FinishWriting(threads.Latencies.Count) with { LongestInThousandSeconds = threads.Latencies.SecondsAt(0.999) };
    }

    private StepSample RunOpenings(StepClock clock, int position)
    {
        for (int i = 0; i < Openings; i++)
        {
            Close();
            clock.Run(() =>
            {
                Open(strict: false);
                RequireFound(Session.Load(_data.Uniform(position + i, 0)));
            });
        }

        return clock.Finish(Openings);
    }

    private void Open(bool strict)
    {
        _subject.Open(strict);
        _session = _subject.Connect();
        _strict = strict;
    }

    private void Close()
    {
        _session?.Dispose();
        _session = null;
        _subject.Close();
    }

    private void RequireFound(int length)
    {
        if (length < 0)
        {
            throw new ToolException($"{_subject.Name} does not have an entry that it was given.");
        }
    }
}
