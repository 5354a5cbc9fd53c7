namespace LlmSpell.Bench;

/// <summary>A logarithmic axis from one power of ten to another.</summary>
internal sealed class LogAxis
{
    private readonly int _first;
    private readonly int _last;
    private readonly double _from;
    private readonly double _to;

    private LogAxis(int first, int last, double from, double to)
    {
        _first = first;
        _last = last;
        _from = from;
        _to = to;
    }

    internal double Least => Math.Pow(10, _first);

    internal double Most => Math.Pow(10, _last);

    internal IEnumerable<double> Decades => Enumerable.Range(_first, _last - _first + 1).Select(static power => Math.Pow(10, power));

    /// <param name="values">All above 0.</param>
    /// <param name="from">Where the axis begins on the picture.</param>
    /// <param name="to">Where it ends.</param>
    internal static LogAxis Of(IEnumerable<double> values, double from, double to)
    {
        double[] logarithms = [.. values.Select(Math.Log10)];
        // A value that is a power of ten but for rounding needs no decade more.
        int first = (int)Math.Floor(logarithms.Min() + 1e-9);
        int last = (int)Math.Ceiling(logarithms.Max() - 1e-9);
        return new LogAxis(first, Math.Max(last, first + 1), from, to);
    }

    internal double At(double value) => _from + ((Math.Log10(value) - _first) / (_last - _first) * (_to - _from));
}
