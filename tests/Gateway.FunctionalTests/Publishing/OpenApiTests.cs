using System.Text.Json;
using AdminApi;
using Gateway.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.OpenApi;
using NUnit.Framework;
using UserApi;

namespace Gateway.FunctionalTests.Publishing;

internal sealed class OpenApiTests
{
    private static readonly string[] AdminPaths =
        ["/publish", "/api/v1/admin/notifications/system", "/api/v1/admin/notifications/user/{id}", "/api/v1/admin/notifications/order"];

    private static readonly string[] UserPaths =
        ["/api/v1/user/messages", "/api/v1/user/chat", "/api/v1/user/tasks/{id}", "/api/v1/user/tasks/{id}/progress"];

    private static readonly string[] Errors = ["400", "401", "403", "413", "415", "429", "503"];

    [Test]
    public async Task Each_service_describes_all_its_paths_and_their_errors()
    {
        await using var admin = await ApiHost.StartAsync(AdminApiApp.Create);
        await using var user = await ApiHost.StartAsync(UserApiApp.Create);

        AssertDocument(await admin.GetAsync("/openapi/admin.json"), AdminPaths);
        AssertDocument(await user.GetAsync("/openapi/user.json"), UserPaths);
        Assert.That((await admin.GetAsync("/openapi/user.json")).Status, Is.EqualTo(404));
    }

    [Test]
    public async Task In_one_process_each_document_holds_its_own_paths_only()
    {
        await using var both = await ApiHost.StartAsync(CreateBoth);

        AssertDocument(await both.GetAsync("/openapi/admin.json"), AdminPaths);
        AssertDocument(await both.GetAsync("/openapi/user.json"), UserPaths);
    }

    [Test]
    public async Task Publish_is_described_in_both_its_forms()
    {
        await using var admin = await ApiHost.StartAsync(AdminApiApp.Create);

        var document = (await admin.GetAsync("/openapi/admin.json")).Json;
        var publish = document.GetProperty("paths").GetProperty("/publish").GetProperty("post");

        // Both forms, each response and each problem by its own schema.
        var forms = SchemaOf(publish.GetProperty("requestBody")).GetProperty("oneOf").EnumerateArray().Select(s => Resolve(document, s)).ToArray();
        Assert.That(forms[0].GetProperty("required").EnumerateArray().Select(r => r.GetString()), Is.EqualTo(new[] { "type" }));
        Assert.That(forms[0].GetProperty("properties").TryGetProperty("target", out _));
        Assert.That(forms[1].GetProperty("properties").GetProperty("messages").GetProperty("maxItems").GetInt32(), Is.EqualTo(1_000));
        Assert.That(SchemaOf(publish.GetProperty("responses").GetProperty("200")).GetProperty("oneOf").GetArrayLength(), Is.EqualTo(2));
    }

    [Test]
    public async Task A_body_is_described_with_its_required_fields()
    {
        await using var admin = await ApiHost.StartAsync(AdminApiApp.Create);

        var document = (await admin.GetAsync("/openapi/admin.json")).Json;
        var order = Resolve(document, SchemaOf(document.GetProperty("paths").GetProperty(AdminPaths[3]).GetProperty("post").GetProperty("requestBody")));

        Assert.That(order.GetProperty("required").EnumerateArray().Select(r => r.GetString()), Is.EquivalentTo(new[] { "user_id", "order_id", "order_status" }));
        Assert.That(order.GetProperty("properties").GetProperty("user_id").GetProperty("type").GetRawText(), Does.Contain("string").And.Contain("number"));
    }

    private static void AssertDocument(ApiResponse response, string[] paths)
    {
        Assert.That(OpenApiDocument.Parse(response.Text, "json").Diagnostic?.Errors, Is.Empty);
        var document = response.Json;
        Assert.That(document.GetProperty("openapi").GetString(), Does.StartWith("3."));
        Assert.That(document.GetProperty("paths").EnumerateObject().Select(p => p.Name), Is.EquivalentTo(paths));
        Assert.That(document.GetProperty("components").GetProperty("securitySchemes").EnumerateObject().Select(s => s.Name), Is.EquivalentTo(new[] { "Bearer", "ApiKey" }));
        Assert.That(document.GetProperty("security").GetArrayLength(), Is.EqualTo(2));
        foreach (var (path, operation) in Operations(document))
        {
            Assert.That(operation.GetProperty("summary").GetString(), Is.Not.Empty, path);
            Assert.That(operation.GetProperty("responses").EnumerateObject().Select(r => r.Name), Is.SupersetOf(Errors.Append("200")), path);
        }

        foreach (var reference in References(document)) Assert.That(Resolve(document, reference).ValueKind, Is.EqualTo(JsonValueKind.Object), reference.GetRawText());
    }

    private static IEnumerable<(string Path, JsonElement Operation)> Operations(JsonElement document) =>
        from path in document.GetProperty("paths").EnumerateObject()
        from operation in path.Value.EnumerateObject()
        select (path.Name, operation.Value);

    private static IEnumerable<JsonElement> References(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object when element.TryGetProperty("$ref", out _) => [element],
        JsonValueKind.Object => element.EnumerateObject().SelectMany(p => References(p.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(References),
        _ => [],
    };

    private static JsonElement SchemaOf(JsonElement holder) => holder.GetProperty("content").GetProperty("application/json").GetProperty("schema");

    private static JsonElement Resolve(JsonElement document, JsonElement schema) => schema.TryGetProperty("$ref", out var reference)
        ? reference.GetString()!.Split('/').Skip(1).Aggregate(document, (part, name) => part.GetProperty(name))
        : schema;

    private static WebApplication CreateBoth(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddServiceDefaults(new ServiceInfo("both", 0));
        builder.AddBus(requireRedisInProduction: false);
        builder.AddAdminApi();
        builder.AddUserApi();
        var app = builder.Build();
        app.MapServiceDefaults();
        app.MapAdminApi();
        app.MapUserApi();
        return app;
    }
}
