namespace LlmSpell.Backup.Tests.Operations;

/// <summary>How a state changes from one backup to the next, each of these in a way that is hard on layers.</summary>
public enum Workload
{
    AppendOnly,
    HotSet,
    UniformOverwrite,
    GrowingValues,
    ShrinkingValues,
    MassDeletionAndRefill,
    AlternatingScopes,
    FewHugeValues,
    CountersBesideDocuments,
    CompressibleToIncompressible,
    IncompressibleToCompressible,
    IncompressibleHotSet,
    AnyOfThem,
}
