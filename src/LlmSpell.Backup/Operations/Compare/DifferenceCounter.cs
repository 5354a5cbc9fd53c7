using System.Text;

namespace LlmSpell.Backup;

/// <summary>Counts differences, which come in the order of their keys, by scope. Not thread-safe.</summary>
internal sealed class DifferenceCounter
{
    private readonly List<ScopeDifference> _scopes = [];
    private readonly long[] _all = new long[3];
    private readonly long[] _present = new long[3];
    private byte[] _scope = [];
    private long _further;

    internal void Count(EntryComparison comparison)
    {
        if (!comparison.Scope.SequenceEqual(_scope))
        {
            EndScope();
            _scope = comparison.Scope.ToArray();
        }

        _present[(int)comparison.Kind]++;
    }

    /// <summary>What was counted; nothing may be counted after that.</summary>
    internal DifferenceSummary Finish(long unchanged)
    {
        EndScope();
        DifferenceCounts counts = new(Of(_all, DifferenceKind.Added), Of(_all, DifferenceKind.Changed), Of(_all, DifferenceKind.Removed), unchanged);
        return new DifferenceSummary(counts, _scopes, _further);
    }

    private void EndScope()
    {
        if (_scope.Length == 0)
        {
            return;
        }

        if (_scopes.Count < DifferenceSummary.MaxScopes)
        {
            _scopes.Add(new ScopeDifference(
                Encoding.UTF8.GetString(_scope),
                Of(_present, DifferenceKind.Added), Of(_present, DifferenceKind.Changed), Of(_present, DifferenceKind.Removed)));
        }
        else
        {
            _further++;
        }

        for (int kind = 0; kind < _present.Length; kind++)
        {
            _all[kind] += _present[kind];
            _present[kind] = 0;
        }
    }

    private static long Of(long[] counts, DifferenceKind kind) => counts[(int)kind];
}
