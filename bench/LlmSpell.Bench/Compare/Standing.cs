namespace LlmSpell.Bench;

/// <summary>Ours beside one peer in one quantity of one operation.</summary>
/// <param name="Operation">Which operation.</param>
/// <param name="Peer">Which peer.</param>
/// <param name="Quantity">What is compared: wall time, processor time, memory, bytes.</param>
/// <param name="Ratio">Ours over the peer's: under 1 we are ahead.</param>
/// <param name="Allowed">What the ratio may be: 1, or 2 for a restore against a tool that copies a file.</param>
internal sealed record Standing(Operation Operation, string Peer, string Quantity, double Ratio, double Allowed)
{
    private const double AgainstCopying = 2;

    internal bool Holds => Ratio <= Allowed;

    /// <summary>All that can be compared in a run.</summary>
    internal static IReadOnlyList<Standing> All(CompareResult result)
    {
        List<Standing> all = [];
        foreach (Measurement peer in result.Measurements.Where(static m => m.Kind == ToolKind.Peer))
        {
            Measurement ours = result.Find(result.Ours, peer.Operation)!;
            double allowed = peer.Operation == Operation.Restore && peer.RestoresByCopying ? AgainstCopying : 1;
            Add("wall time", ours.WallSeconds, peer.WallSeconds);
            Add("processor time", ours.ProcessorSeconds, peer.ProcessorSeconds);
            Add("memory", ours.PeakBytes, peer.PeakBytes);
            if (peer.Operation.IsBackup())
            {
                Add("bytes", ours.Bytes, peer.Bytes);
            }

            void Add(string quantity, double own, double other)
            {
                // What took less than the clock shows cannot be compared.
                if (other > 0)
                {
                    all.Add(new Standing(peer.Operation, peer.Tool, quantity, own / other, allowed));
                }
            }
        }

        return all;
    }
}
